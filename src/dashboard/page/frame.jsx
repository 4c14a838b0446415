// What is around every view: the title, the state of the source, links to the views, and the place
// that the address names after its #.
import { useEffect, useRef, useState } from "preact/hooks";

/** The open view and what follows its name. It draws again when the address or the data changes. */
export function usePlace(source, views) {
  const [place, setPlace] = useState(placeNow(views));
  const [, setTick] = useState(0);
  useEffect(() => {
    const onHash = () => setPlace(placeNow(views));
    addEventListener("hashchange", onHash);
    const stop = source.onChange(() => setTick((tick) => tick + 1));
    return () => {
      removeEventListener("hashchange", onHash);
      stop();
    };
  }, [source, views]);
  return place;
}

function placeNow(views) {
  const [view = "", rest = ""] = decodeURIComponent(location.hash.slice(1)).split(/\/(.*)/s);
  return { view: views.some(([name]) => name === view) ? view : views[0][0], rest };
}

/** Opens a view. */
export function go(view, rest = "") {
  location.hash = rest === "" ? view : `${view}/${encodeURIComponent(rest)}`;
}

/**
 * @param views pairs of a name and a title
 * @param badges numbers beside titles, by name
 * @param extra beside the state of the source
 */
export function Frame({ title, status, text, views, view, badges = {}, extra, children }) {
  const open = useRef(null);
  // On a phone the links are wider than the window.
  useEffect(() => open.current?.scrollIntoView({ block: "nearest", inline: "center" }), [view]);
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("main").focus()}>
        to the content
      </button>
      <header>
        <h1>{title}</h1>
        <p class={`status ${status}`} role="status">
          {text}
        </p>
        {extra}
        <nav aria-label="views">
          {views.map(([name, label]) => (
            <a
              key={name}
              ref={view === name ? open : undefined}
              href={`#${name}`}
              aria-current={view === name ? "page" : undefined}
            >
              {label}
              {badges[name] > 0 && <span class="badge">{badges[name]}</span>}
            </a>
          ))}
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/// What keeps a page up to date while it is looked at. Without it the page is whole, and is reloaded.
enum PageScript {
    /// The overview's sections come as events, as markup. A batch's page is fetched anew when an event says that the batch has
    /// changed, at most every five seconds; addresses are without the password that the page's own may have. What is open stays open, and what has the focus keeps it.
    static let text = """

        "use strict";
        const freshness = document.getElementById("freshness");
        const batch = document.querySelector("[data-follow]")?.dataset.follow;
        const shown = new Map();
        for (const part of document.querySelectorAll("[data-live]")) shown.set(part.id, part.innerHTML);

        function put(id, markup) {
          const part = document.getElementById(id);
          const fresh = document.createElement("template");
          fresh.innerHTML = markup;
          if (!part || shown.get(id).trim() === fresh.innerHTML.trim()) return;
          shown.set(id, fresh.innerHTML);
          const open = Array.from(part.querySelectorAll("details[open]"), (element) => element.id);
          const focused = part.contains(document.activeElement) ? document.activeElement : null;
          const link = focused && focused.getAttribute("href");
          const details = focused && focused.closest("details");
          part.replaceChildren(fresh.content);
          for (const name of open) document.getElementById(name)?.setAttribute("open", "");
          const again = link ? part.querySelector(`[href="${CSS.escape(link)}"]`)
            : details && document.getElementById(details.id)?.querySelector("summary");
          if (again) again.focus({preventScroll: true});
        }

        // What was read since is among the prompts now.
        function renew(list, fresh) {
          const open = Array.from(list.querySelectorAll("details[open]"), (element) => element.id);
          list.replaceChildren(...fresh.childNodes);
          for (const part of list.querySelectorAll("[data-live]")) shown.set(part.id, part.innerHTML);
          for (const name of open) document.getElementById(name)?.setAttribute("open", "");
        }

        let fetching = null;
        async function refresh() {
          const response = await fetch(location.origin + location.pathname + location.search);
          if (!response.ok) return;
          // What is around it has a nonce of its own, which this page does not admit.
          const text = await response.text();
          const fresh = document.createElement("template");
          fresh.innerHTML = text.slice(text.indexOf("<main"), text.lastIndexOf("</main>"));
          const list = document.getElementById("prompts");
          const newer = fresh.content.getElementById("prompts");
          const place = (section) => section.querySelector("#place").textContent;
          if (list && newer && place(list) !== place(newer)) renew(list, newer);
          for (const part of fresh.content.querySelectorAll("[data-live]")) {
            if (shown.has(part.id)) put(part.id, part.innerHTML);
            const old = document.getElementById(part.id);
            if (old) old.className = part.className;
          }
        }

        let events = null;
        function listen() {
          events = new EventSource(location.origin + "/events" + (batch ? "?batch=" + encodeURIComponent(batch) : ""));
          events.onopen = () => { freshness.textContent = "This page follows what happens."; };
          events.onerror = () => {
            freshness.textContent = "Not up to date: the daemon does not answer. Trying again.";
            // After an answer that is no stream the browser does not try again of itself.
            if (events?.readyState !== EventSource.CLOSED) return;
            events = null;
            setTimeout(watch, 10000);
          };
          for (const id of shown.keys()) events.addEventListener("section-" + id, (event) => put(id, event.data));
          events.addEventListener("batch", () => {
            fetching ??= setTimeout(() => refresh().catch(() => {}).finally(() => { fetching = null; }), 5000);
          });
        }
        function watch() {
          if (document.hidden) {
            events?.close();
            events = null;
          } else if (!events) {
            listen();
          }
        }
        if (shown.size > 0) {
          document.addEventListener("visibilitychange", watch);
          watch();
        }

        """
}

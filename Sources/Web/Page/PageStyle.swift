/// The style sheet of the pages, for light and dark surroundings and for any width.
enum PageStyle {
    static let sheet = """

        :root {
        color-scheme: light dark; --ground: #ffffff; --raised: #f6f8fa; --text: #1f2328; --dim: #59636e; --rule: #d0d7de;
        --link: #0b4f9e; --bad: #b42318; --good: #116329; --doubtful: #7d4e00; --bar: #4f93d8;
        }
        @media (prefers-color-scheme: dark) {
        :root {
        --ground: #0d1117; --raised: #161b22; --text: #e6edf3; --dim: #9198a1; --rule: #30363d;
        --link: #9cccff; --bad: #ff8a80; --good: #7ce38b; --doubtful: #e3b341; --bar: #3a78b8;
        }
        }
        * { box-sizing: border-box; }
        body { background: var(--ground); color: var(--text); margin: 0 auto; max-width: 72rem; padding: 0 1rem 2rem;
        font: 16px/1.5 system-ui, -apple-system, Roboto, sans-serif; overflow-wrap: anywhere; }
        a { color: var(--link); }
        a:focus-visible, summary:focus-visible, pre:focus-visible, input:focus-visible, button:focus-visible
        { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
        main:focus { outline: none; }
        header { border-bottom: 1px solid var(--rule); padding: 0.8rem 0; font-weight: 600; }
        footer, .note, caption { color: var(--dim); font-size: 0.87rem; }
        footer { border-top: 1px solid var(--rule); margin-top: 2rem; }
        h1 { font-size: 1.5rem; margin: 1.2rem 0 0; } h2 { font-size: 1.15rem; margin: 1.8rem 0 0.5rem; }
        h3 { font-size: 1rem; margin: 0; }
        .skip { position: absolute; left: -100vw; background: var(--ground); padding: 0.5rem; }
        .skip:focus { left: 0.5rem; top: 0.5rem; z-index: 1; }
        .hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-size: 0.93rem; min-width: 60%; }
        caption { text-align: left; padding-bottom: 0.3rem; }
        th, td { border-bottom: 1px solid var(--rule); padding: 0.35rem 1rem 0.35rem 0; text-align: left; vertical-align: top;
        overflow-wrap: break-word; }
        thead th { color: var(--dim); font-weight: 600; white-space: nowrap; } td bdi { overflow-wrap: anywhere; }
        td:has(bdi) { min-width: 9rem; } tbody th { font-weight: 500; min-width: 9rem; }
        .right { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
        .bars { min-width: 12rem; }
        progress { appearance: none; background: var(--rule); border: 0; border-radius: 3px; display: block; overflow: hidden;
        width: 100%; min-width: 6rem; height: 0.4rem; }
        progress::-webkit-progress-bar { background: var(--rule); }
        progress::-webkit-progress-value { background: var(--bar); } progress::-moz-progress-bar { background: var(--bar); }
        .state strong, .outcome { font-weight: 600; }
        .ready strong, .done strong, .answered .outcome { color: var(--good); }
        .blocked strong, .stopped strong, .failed strong, .trouble, .failed .outcome, .unreadable .outcome { color: var(--bad); }
        .starting strong, .draining strong { color: var(--doubtful); }
        dl { margin: 0.5rem 0; }
        dl.figures { display: flex; flex-wrap: wrap; gap: 0.6rem 2rem; }
        dt { color: var(--dim); font-size: 0.87rem; } dd { margin: 0; }
        .figures dd { font-size: 1.15rem; font-variant-numeric: tabular-nums; }
        article { background: var(--raised); border: 1px solid var(--rule); border-radius: 6px; margin: 0.8rem 0;
        padding: 0.7rem 1rem; }
        article dl div { display: grid; grid-template-columns: 7rem 1fr; gap: 0 0.8rem; padding: 0.1rem 0; }
        .outcome { color: var(--dim); font-size: 0.87rem; margin-left: 0.4rem; }
        summary { color: var(--link); cursor: pointer; }
        pre { background: var(--ground); border: 1px solid var(--rule); border-radius: 4px; margin: 0.4rem 0; max-height: 24rem;
        overflow: auto; padding: 0.6rem; font: 0.87rem/1.45 ui-monospace, monospace; white-space: pre-wrap; }
        nav ul { display: flex; gap: 1.2rem; list-style: none; padding: 0; }
        input, button { font: inherit; padding: 0.2rem 0.5rem; } input { width: 9rem; }
        svg { display: block; } svg .bar { fill: var(--bar); } svg .range { stroke: var(--text); stroke-width: 1.5; }
        @media (max-width: 40rem) {
        article dl div { grid-template-columns: 1fr; padding: 0.25rem 0; }
        th, td { padding-right: 0.7rem; } tbody th { min-width: 7rem; }
        }

        """
}

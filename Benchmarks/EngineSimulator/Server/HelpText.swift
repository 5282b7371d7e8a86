import EngineSimulation

/// What `--version` and `--help` print, in the form of the llama-server whose command line is spoken.
enum HelpText {
    static let buildName = "simulator-1"
    static let version = "version: 1 (EngineSimulator)"

    static func help(_ dialect: EngineProfile.Dialect) -> String {
        let indent = dialect == .ik ? "  " : ""
        let lines = (dialect == .ik ? ik : mainline) + own
        return lines.map { indent + $0 }.joined(separator: "\n")
    }

    private static let own = [
        "-m,    --model FNAME            taken as it is; nothing of it is read",
        "-np,   --parallel N             slots",
        "-c,    --ctx-size N             context of all slots together",
        "--host HOST                     an address, or a UNIX socket's path that ends in .sock",
        "--port PORT                     a port",
        "--api-key-file FNAME            whose first line requests must have as their bearer token",
        "--metrics                       taken; always on",
        "--slots                         taken; always on",
        "--profile FNAME                 what the engine costs: docs/data/simulator/*.json",
        "--prompts FNAME                 the hidden groups of the prompts",
        "--time-scale X                  how many times faster everything goes, and is reported",
        "--seed N                        of all that is random",
        "--drift-origin SECONDS          since 1970: where the slow drift begins (default: at the start)",
        "--undisturbed                   no noise, no stalls, no drift",
    ]
    private static let mainline = [
        "--spec-type none,draft-mtp      kinds of speculation",
        "--spec-draft-n-max N            drafts a step",
        "--spec-draft-p-min P            the confidence below which no draft is made",
        "--no-ui                         taken; there is none",
    ]
    private static let ik = [
        "--spec-type SPEC                speculation, as mtp:n_max=3,p_min=0.5",
        "types: none, mtp",
        "--run-time-repack               not taken; tells the kinds of llama-server apart",
        "--jinja                         taken",
        "--log-disable                   taken",
        "--webui NAME                    taken; there is none",
    ]
}

/// What a program says of its commands and arguments with `--experimental-dump-help`.
struct ProgramHelp: Decodable {
    let command: Command

    struct Command: Decodable {
        let commandName: String
        let abstract: String?
        let discussion: String?
        let arguments: [Argument]?
        let subcommands: [Command]?
    }

    struct Argument: Decodable, Equatable {
        let kind: Kind
        let names: [Name]?
        let valueName: String?
        let abstract: String?
        let defaultValue: String?
        let allValueStrings: [String]?
        let isOptional: Bool
        let isRepeating: Bool
        let shouldDisplay: Bool
    }

    enum Kind: String, Decodable { case positional, option, flag }

    struct Name: Decodable, Equatable {
        let kind: String
        let name: String
    }
}

extension ProgramHelp.Command {
    /// The commands of the program itself, without the argument parser's own `help`.
    var ownSubcommands: [ProgramHelp.Command] { (subcommands ?? []).filter { $0.commandName != "help" } }

    var shownArguments: [ProgramHelp.Argument] { (arguments ?? []).filter(\.shouldDisplay) }
}

/// The manual page of a program, from what its argument parser knows.
enum CommandManual {
    static func page(of help: ProgramHelp, section: Int, seeAlso: [String]) -> String {
        let program = help.command
        let commands = program.ownSubcommands
        let shared = shared(by: commands)
        var page = Mdoc(
            title: program.commandName, section: section, name: program.commandName,
            summary: lowercasingFirst(program.abstract ?? ""))
        page.macro("Sh SYNOPSIS")
        if commands.isEmpty {
            page.macro("Nm")
            for argument in program.shownArguments { page.macro(synopsis(argument)) }
        } else {
            for command in commands {
                page.macro("Nm")
                page.macro("Cm \(Mdoc.verbatim(command.commandName))")
                page.macro("Op Ar options")
                for argument in command.shownArguments where argument.kind == .positional {
                    page.macro(synopsis(argument))
                }
            }
        }
        page.macro("Sh DESCRIPTION")
        page.paragraphs(program.discussion ?? program.abstract ?? "")
        if commands.isEmpty {
            page.macro("Pp")
            page.prose("The options are:")
            list(program.shownArguments, in: &page)
        } else {
            page.macro("Ss Options of every command")
            list(shared, in: &page)
            for command in commands {
                page.macro("Ss \(program.commandName) \(Mdoc.verbatim(command.commandName))")
                page.prose(command.abstract ?? "")
                if let discussion = command.discussion, !discussion.isEmpty {
                    page.macro("Pp")
                    page.paragraphs(discussion)
                }
                list(command.shownArguments.filter { !shared.contains($0) }, in: &page)
            }
        }
        page.macro("Sh SEE ALSO")
        for (index, name) in seeAlso.enumerated() {
            page.macro("Xr \(name)" + (index < seeAlso.count - 1 ? " ," : ""))
        }
        return page.text
    }

    private static func shared(by commands: [ProgramHelp.Command]) -> [ProgramHelp.Argument] {
        guard let first = commands.first else { return [] }
        return first.shownArguments.filter { argument in
            commands.allSatisfy { $0.shownArguments.contains(argument) }
        }
    }

    private static func list(_ arguments: [ProgramHelp.Argument], in page: inout Mdoc) {
        guard !arguments.isEmpty else { return }
        page.macro("Bl -tag -width Ds")
        for argument in arguments {
            page.macro("It \(flags(argument))")
            page.prose(argument.abstract ?? "")
            if let values = argument.allValueStrings, !values.isEmpty, argument.kind == .option {
                page.prose("One of \(values.map { "`\($0)`" }.joined(separator: ", ")).")
            }
            if let value = argument.defaultValue, argument.kind != .flag {
                page.prose("The default is `\(value)`.")
            }
        }
        page.macro("El")
    }

    /// Names and value, in mdoc's macros: `Fl c , Fl \-config Ar config`.
    private static func flags(_ argument: ProgramHelp.Argument) -> String {
        guard argument.kind != .positional else { return "Ar \(argument.valueName ?? "value")" }
        let names = (argument.names ?? []).map {
            "Fl " + ($0.kind == "long" ? "\\-" : "") + Mdoc.verbatim($0.name)
        }
        let value = argument.kind == .option ? " Ar \(argument.valueName ?? "value")" : ""
        return names.joined(separator: " , ") + value
    }

    private static func synopsis(_ argument: ProgramHelp.Argument) -> String {
        let name = argument.names?.first { $0.kind != "long" } ?? argument.names?.first
        let flag = name.map { "Fl " + ($0.kind == "long" ? "\\-" : "") + Mdoc.verbatim($0.name) }
        let value = argument.kind == .flag ? nil : "Ar \(argument.valueName ?? "value")"
        let text = [flag, value, argument.isRepeating ? "..." : nil].compactMap(\.self).joined(separator: " ")
        return argument.isOptional ? "Op \(text)" : text
    }

    private static func lowercasingFirst(_ text: String) -> String {
        text.prefix(1).lowercased() + text.dropFirst()
    }
}

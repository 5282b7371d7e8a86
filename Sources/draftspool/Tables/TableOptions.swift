import ArgumentParser

/// How `submit` makes prompts of tables.
struct TableOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Makes a prompt of each row of a table (CSV with a header, or JSON Lines): {column} stands for what the "
                + "row has there, {{ and }} for braces.", valueName: "text"),
        transform: { try PromptTemplate($0) })
    var template: PromptTemplate?

    @Option(
        help: ArgumentHelp(
            "The column with the rows' ids; \"\" names them row-N. (default: custom_id, else id, else row-N)",
            valueName: "column"))
    var idColumn: String?

    @Flag(help: "Reads the table, shows the first three prompts and drops nothing.")
    var dryRun = false

    func validate() throws {
        guard template == nil else { return }
        if idColumn != nil { throw ValidationError("--id-column is for tables; give --template too.") }
        if dryRun {
            throw ValidationError(
                "--dry-run shows what a template makes of a table; give --template. For files of prompts there are "
                    + "draftspool classify and explain.")
        }
    }

    /// What to make of a table; nil where files of prompts are submitted.
    func prompts(maximumLineBytes: Int) -> TablePrompts? {
        template.map {
            TablePrompts(template: $0, idColumn: idColumn, maximumLineBytes: maximumLineBytes)
        }
    }
}

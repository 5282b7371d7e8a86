import ArgumentParser

/// The distinct values of one option, written with commas between them: `--slots 1,4`.
struct CommaSeparated<Element: ExpressibleByArgument & Hashable & Sendable>: ExpressibleByArgument, Sendable {
    let values: [Element]

    init?(argument: String) {
        var values: [Element] = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let value = Element(argument: part.trimmingCharacters(in: .whitespaces)) else { return nil }
            if !values.contains(value) { values.append(value) }
        }
        self.values = values
    }
}

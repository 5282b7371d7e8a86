import JSON
import PromptBatch

/// Reads the members of one JSON object, and notices the ones that nobody asked for.
struct FieldReader {
    private let object: JSONObject
    private let path: String
    private var unread: Set<String>

    init(_ json: JSON, at path: String) throws(SimulationFileError) {
        guard let object = json.objectValue else {
            throw SimulationFileError(.wrongType, at: path, "it must be an object, not \(json.summary)")
        }
        self.object = object
        self.path = path
        unread = Set(object.keys)
    }

    var names: [String] { object.keys }

    func path(of name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    mutating func optional(_ name: String) -> JSON? {
        unread.remove(name)
        return object[name]
    }

    mutating func required(_ name: String) throws(SimulationFileError) -> JSON {
        guard let value = optional(name) else {
            throw SimulationFileError(.missingField, at: path(of: name), "it is missing")
        }
        return value
    }

    mutating func text(_ name: String) throws(SimulationFileError) -> String {
        let value = try required(name)
        guard let text = value.stringValue else { throw wrongType(name, "a string", value) }
        return text
    }

    mutating func flag(_ name: String, else fallback: Bool) throws(SimulationFileError) -> Bool {
        guard let value = optional(name) else { return fallback }
        guard let flag = value.boolValue else { throw wrongType(name, "true or false", value) }
        return flag
    }

    /// A number from 0 to `greatest`; a missing one is `fallback`, or an error where that is nil.
    mutating func number(
        _ name: String, else fallback: Double? = nil, upTo greatest: Double = .greatestFiniteMagnitude
    ) throws(SimulationFileError) -> Double {
        if let fallback, object[name] == nil { return fallback }
        let value = try required(name)
        guard let number = value.doubleValue else { throw wrongType(name, "a number", value) }
        guard number >= 0 else {
            throw SimulationFileError(
                .outOfRange, at: path(of: name), "it is \(number), and must not be negative")
        }
        guard number <= greatest else {
            throw SimulationFileError(
                .outOfRange, at: path(of: name), "it is \(number), and at most \(greatest) is possible")
        }
        return number
    }

    /// A number over 0.
    mutating func positive(_ name: String, else fallback: Double? = nil) throws(SimulationFileError) -> Double
    {
        let number = try number(name, else: fallback)
        guard number > 0 else {
            throw SimulationFileError(.outOfRange, at: path(of: name), "it is 0, and must be greater")
        }
        return number
    }

    mutating func count(
        _ name: String, from least: Int, else fallback: Int? = nil
    ) throws(SimulationFileError) -> Int {
        if let fallback, object[name] == nil { return fallback }
        let value = try required(name)
        guard let count = value.intValue else { throw wrongType(name, "a whole number", value) }
        guard count >= least else {
            throw SimulationFileError(
                .outOfRange, at: path(of: name), "it is \(count), and at least \(least) is needed")
        }
        return count
    }

    mutating func list(_ name: String) throws(SimulationFileError) -> [JSON] {
        let value = try required(name)
        guard let list = value.arrayValue else { throw wrongType(name, "a list", value) }
        return list
    }

    mutating func fields(_ name: String) throws(SimulationFileError) -> FieldReader {
        try FieldReader(try required(name), at: path(of: name))
    }

    /// - Throws: ``SimulationFileError`` with the first member that was not read.
    func finish() throws(SimulationFileError) {
        guard let name = object.keys.first(where: unread.contains) else { return }
        throw SimulationFileError(
            .unknownField, at: path(of: name), "there is no such field; see docs/simulator.md")
    }

    private func wrongType(_ name: String, _ wanted: String, _ value: JSON) -> SimulationFileError {
        SimulationFileError(.wrongType, at: path(of: name), "it must be \(wanted), not \(value.summary)")
    }
}

import JSON
import Yams

/// Reads YAML as JSON: plain scalars by YAML 1.2's JSON schema, so that `no` and `1e3x` stay the words they are.
enum FrontMatterYAML {
    /// The longest block that is read, in bytes.
    static let maximumBytes = 64 << 10
    private static let maximumDepth = 64
    /// How many aliases are followed, so that a small block cannot expand without bound.
    private static let maximumAliases = 16

    /// The value of a block; nil when it is empty.
    ///
    /// - Throws: ``PromptProblem`` with the line of the document, which is one more than that of the block.
    static func parse(_ yaml: String) throws(PromptProblem) -> JSON? {
        guard aliasCount(in: yaml) <= maximumAliases else {
            throw FrontMatter.problem(
                "has more than \(maximumAliases) aliases", line: 1, remedy: "Write the values out.")
        }
        let node: Node?
        do {
            node = try Yams.compose(yaml: yaml)
        } catch {
            throw problem(of: error)
        }
        return try node.map { (node) throws(PromptProblem) in try json(node, depth: 0) }
    }

    private static func json(_ node: Node, depth: Int) throws(PromptProblem) -> JSON {
        guard depth < maximumDepth else {
            throw FrontMatter.problem(
                "is nested deeper than \(maximumDepth) levels", line: line(of: node),
                remedy: "Flatten the value.")
        }
        switch node {
        case .scalar(let scalar):
            return json(scalar)
        case .sequence(let sequence):
            var elements: [JSON] = []
            for element in sequence {
                elements.append(try json(element, depth: depth + 1))
            }
            return .array(elements)
        case .mapping(let mapping):
            var object = JSONObject()
            for (key, value) in mapping {
                guard let name = key.scalar?.string else {
                    throw FrontMatter.problem(
                        "has a key that is no text", line: line(of: key), remedy: "Use plain names as keys.")
                }
                object[name] = try json(value, depth: depth + 1)
            }
            return .object(object)
        case .alias:
            throw FrontMatter.problem(
                "has an alias without an anchor", line: line(of: node), remedy: "Write the value out.")
        }
    }

    private static func json(_ scalar: Node.Scalar) -> JSON {
        guard scalar.style == .plain, scalar.tag.description.isEmpty else { return .string(scalar.string) }
        switch scalar.string {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default:
            let text = scalar.string
            guard case .number(let literal)? = try? JSON.parse(text.utf8) else { return .string(text) }
            return .number(literal)
        }
    }

    /// How many words look like aliases (`*name`), when there is an anchor (`&name`) they could follow.
    private static func aliasCount(in yaml: String) -> Int {
        let bytes = Array(yaml.utf8)
        var anchors = 0
        var aliases = 0
        for (byte, next) in zip(bytes, bytes.dropFirst()) where next > 0x20 {
            anchors += byte == UInt8(ascii: "&") ? 1 : 0
            aliases += byte == UInt8(ascii: "*") ? 1 : 0
        }
        return anchors == 0 ? 0 : aliases
    }

    private static func line(of node: Node) -> Int {
        (node.mark?.line ?? 0) + 1
    }

    private static func problem(of error: any Error) -> PromptProblem {
        let remedy = "Write it as `key: value` lines, or put an empty line first if it is part of the prompt."
        switch error {
        case YamlError.scanner(_, let what, let mark, _), YamlError.parser(_, let what, let mark, _),
            YamlError.composer(_, let what, let mark, _):
            return FrontMatter.problem("is not valid YAML: \(what)", line: mark.line + 1, remedy: remedy)
        case YamlError.duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { "`\($0)`" }.joined(separator: ", ")
            return FrontMatter.problem(
                "has \(names) twice", line: context.mark.line + 1, remedy: "Keep one of each.")
        default:
            return FrontMatter.problem("is not valid YAML", line: 1, remedy: remedy)
        }
    }
}

/// One field of a journal entry.
public struct JournalField: Hashable, Sendable {
    /// The prefix of the fields that only this program writes.
    public static let prefix = "DRAFTSPOOL_"
    /// The longest name journald accepts, in bytes.
    static let maximumNameLength = 64

    /// Upper-case letters, digits and underscores.
    public let name: String
    /// Any text; line breaks and NUL included.
    public let value: String

    /// A field with a name that journald knows, such as `MESSAGE`.
    public init(wellKnown name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// A field of this program, named for a metadata key: `customID`, `custom-id` and `custom_id` all become
    /// `DRAFTSPOOL_CUSTOM_ID`. A character that a name cannot have becomes an underscore.
    public init(key: String, _ value: String) {
        name = String((Self.prefix + Self.snakeCased(key)).prefix(Self.maximumNameLength))
        self.value = value
    }

    /// The field as `sd_journal_sendv` takes it: `NAME=value`.
    public var bytes: [UInt8] {
        Array(name.utf8) + [UInt8(ascii: "=")] + Array(value.utf8)
    }

    private static func snakeCased(_ key: String) -> String {
        var name = ""
        var afterLower = false
        for character in key.unicodeScalars {
            switch character {
            case "A"..."Z":
                if afterLower { name.append("_") }
                name.unicodeScalars.append(character)
                afterLower = false
            case "a"..."z":
                name += character.properties.uppercaseMapping
                afterLower = true
            case "0"..."9":
                name.unicodeScalars.append(character)
                afterLower = true
            default:
                name.append("_")
                afterLower = false
            }
        }
        return name
    }
}

import Foundation

/// One of the services of a machine, by the name of its configuration.
///
/// `draftspoold.service` has no name. `draftspoold@fast.service` is the instance `fast` and reads
/// `/etc/draftspool/fast.yaml`. Its directories follow from the name, so that daemon and tool agree by that file alone.
public struct Instance: Sendable, Equatable {
    /// Nil: the service that has no name.
    public let name: String?

    /// What a name may be.
    static let nameRule =
        "letters, digits, '.', '_' and '-', at most \(longestName), of which the first is a letter or a digit"
    private static let longestName = 32
    private static let directory = "/etc/draftspool"
    /// The configuration of the service that has no name.
    private static let reservedName = "draftspool"
    private static let suffix = ".yaml"

    /// The service that has no name.
    public static let main = Instance(checkedName: nil)

    private init(checkedName: String?) { name = checkedName }

    /// Nil if it is not what ``nameRule`` says, or the configuration of the service that has no name.
    init?(named name: String) {
        guard name.utf8.count <= Self.longestName, name != Self.reservedName,
            let first = name.utf8.first, Self.isLetterOrDigit(first),
            name.utf8.allSatisfy({ Self.isLetterOrDigit($0) || ".-_".utf8.contains($0) })
        else { return nil }
        self.init(checkedName: name)
    }

    /// The instance whose configuration `file` is; the service that has no name for a file elsewhere, and for none.
    ///
    /// - Throws: ``SettingsError`` for a file beside theirs whose name no instance can have: by it the spool of the
    ///   service that has no name would be served.
    init(ofConfiguration file: String?) throws(SettingsError) {
        let path = file.map(SettingUnits.absolute) ?? ""
        let fileName = (path as NSString).lastPathComponent
        guard (path as NSString).deletingLastPathComponent == Self.directory,
            fileName.hasSuffix(Self.suffix), path != Self.main.configuration
        else {
            self = .main
            return
        }
        guard let instance = Instance(named: String(fileName.dropLast(Self.suffix.count))) else {
            throw SettingsError(
                key: nil, origin: path,
                problem: "cannot be an instance's configuration, whose name takes \(Self.nameRule); "
                    + "rename it, or keep it elsewhere")
        }
        self = instance
    }

    /// The service that has `spool` unless its configuration names another one; nil if it is no service's.
    init?(ofSpool spool: String) {
        guard spool != Self.main.spool else {
            self = .main
            return
        }
        let beginning = Self.main.spool + "-"
        guard spool.hasPrefix(beginning),
            let instance = Instance(named: String(spool.dropFirst(beginning.count)))
        else { return nil }
        self = instance
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// Its configuration file.
    public var configuration: String { Self.directory + "/" + (name ?? Self.reservedName) + Self.suffix }
    /// Its spool, unless the configuration names another.
    public var spool: String { "/var/spool/draftspool" + ending }
    /// Where systemd keeps its state.
    public var stateDirectory: String { "/var/lib/draftspool" + ending }
    /// Where systemd has its sockets.
    public var runtimeDirectory: String { "/run/draftspool" + ending }
    /// What systemctl calls it.
    public var unit: String { "draftspoold" + (name.map { "@\($0)" } ?? "") }

    private var ending: String { name.map { "-\($0)" } ?? "" }

    /// Names of the instances that have a configuration, sorted.
    static var configured: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return files.compactMap { try? Instance(ofConfiguration: directory + "/" + $0).name }.sorted()
    }
}

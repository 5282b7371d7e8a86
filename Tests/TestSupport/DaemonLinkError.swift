/// The link by which `draftspool` is the daemon is missing, or a program of an earlier build stands in its place.
public struct DaemonLinkError: Error, CustomStringConvertible {
    public let directory: String

    public var description: String {
        "\(directory)/draftspoold is no link to draftspool: run scripts/link-daemon \(directory)"
    }
}

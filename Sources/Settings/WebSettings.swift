import Glibc

/// The listener for people and their programs: HTTP on this machine.
public struct WebSettings: Sendable, Equatable {
    /// Where it listens.
    public enum Listener: Sendable, Equatable {
        /// Nowhere.
        case off
        /// A UNIX socket, by its path.
        case unixSocket(String)
        /// A TCP port of an address in numbers.
        case port(UInt16, address: String)
    }

    public var listener: Listener
    /// The file that holds the bearer token of a port; empty for none.
    public var tokenFile: String
    /// Whether it may listen on an address that other machines reach.
    public var listensAnywhere: Bool

    /// Whether an address in numbers is reached from its own machine only.
    public static func isLoopback(_ address: String) -> Bool {
        var (four, six) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, address, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
        guard inet_pton(AF_INET6, address, &six) == 1 else { return false }
        return withUnsafeBytes(of: six) { bytes in bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
        }
    }
}

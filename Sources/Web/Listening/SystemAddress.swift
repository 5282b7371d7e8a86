import Glibc

/// A socket's address as the system calls take it.
struct SystemAddress {
    /// The longest path of a UNIX socket, bytes.
    static let mostPathBytes = 107

    private let storage: sockaddr_storage
    private let length: socklen_t

    /// - Returns: Nil for a path that is too long.
    init?(path: String) {
        guard path.utf8.count <= Self.mostPathBytes else { return nil }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        self.init(address)
    }

    /// - Parameter address: in numbers.
    /// - Returns: Nil for an address that is none.
    init?(address: String, port: UInt16) {
        var four = sockaddr_in()
        if inet_pton(AF_INET, address, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            self.init(four)
            return
        }
        var six = sockaddr_in6()
        guard inet_pton(AF_INET6, address, &six.sin6_addr) == 1 else { return nil }
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = port.bigEndian
        self.init(six)
    }

    /// The address that a socket has; nil for what is no socket.
    init?(of descriptor: Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard result == 0 else { return nil }
        self.storage = storage
        self.length = length
    }

    private init<Address>(_ address: Address) {
        var storage = sockaddr_storage()
        length = withUnsafeBytes(of: address) { bytes in
            withUnsafeMutableBytes(of: &storage) { $0.copyMemory(from: bytes) }
            return socklen_t(bytes.count)
        }
        self.storage = storage
    }

    var family: Int32 { Int32(storage.ss_family) }

    /// The path of a UNIX socket; nil for others, and for one that has no path but a name, which no permissions guard.
    var path: String? {
        guard family == AF_UNIX else { return nil }
        let path = withUnsafeBytes(of: storage) { bytes in
            String(
                decoding: bytes.dropFirst(MemoryLayout<sa_family_t>.size).prefix { $0 != 0 }, as: UTF8.self)
        }
        return path.isEmpty ? nil : path
    }

    /// The address and number of a port; nil for what is none.
    var port: (address: String, number: UInt16)? {
        withUnsafeBytes(of: storage) { bytes in
            switch family {
            case AF_INET:
                let four = bytes.load(as: sockaddr_in.self)
                return (Self.text(AF_INET, four.sin_addr), UInt16(bigEndian: four.sin_port))
            case AF_INET6:
                let six = bytes.load(as: sockaddr_in6.self)
                return (Self.text(AF_INET6, six.sin6_addr), UInt16(bigEndian: six.sin6_port))
            default: return nil
            }
        }
    }

    private static func text<Address>(_ family: Int32, _ address: Address) -> String {
        var text = [CChar](repeating: 0, count: 64)
        withUnsafeBytes(of: address) { bytes in
            _ = inet_ntop(family, bytes.baseAddress, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Hands it to a system call.
    func hand<Result>(to call: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, length) }
        }
    }
}

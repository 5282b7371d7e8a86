import Foundation
import Synchronization

/// The service manager's end of the `sd_notify` protocol.
///
/// Reads at once what comes, as a manager does: with a few messages waiting, the kernel lets the sender wait too.
final class NotifySocket: Sendable {
    let path: String
    private let descriptor: Int32
    private let messages = Mutex<[String]>([])

    init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let descriptor = descriptor
        let failed = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) != 0
            }
        }
        guard !failed else { throw TestFailure("cannot bind \(path): \(errno)") }
        Thread.detachNewThread { [weak self] in
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
                let message = String(decoding: buffer[..<count], as: UTF8.self)
                self?.messages.withLock { $0.append(message) }
            }
            close(descriptor)
        }
    }

    /// Ends the reading, which closes the descriptor.
    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// All messages so far, the oldest first.
    func received() -> [String] { messages.withLock { $0 } }
}

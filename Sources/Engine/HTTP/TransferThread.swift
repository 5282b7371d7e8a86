import Glibc
import SystemPackage

/// A thread of its own for what waits for sockets.
enum TransferThread {
    private final class Work {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// Starts a thread that runs `body`.
    ///
    /// SIGPIPE is blocked in it: OpenSSL may write to a socket that the other side has closed.
    ///
    /// - Returns: why there is no thread, if that is so; `body` is then not run.
    static func start(_ body: @escaping @Sendable () -> Void) -> Errno? {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let work = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, &attributes,
            { context in
                guard let context else { return nil }
                var signals = sigset_t()
                sigemptyset(&signals)
                sigaddset(&signals, SIGPIPE)
                pthread_sigmask(SIG_BLOCK, &signals, nil)
                Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
                return nil
            }, work.toOpaque())
        guard status != 0 else { return nil }
        work.release()
        return Errno(rawValue: status)
    }
}

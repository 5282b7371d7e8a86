import Glibc
import SystemPackage

/// Engines left running by a daemon that was killed before it could stop them.
public enum StrayEngines {
    /// Stops every engine that listens on a socket, or has its key, in `directory`: `SIGTERM`, and `SIGKILL` after
    /// `stopTimeout`.
    ///
    /// Call it before the first engine is started, and only while this process is the sole owner of
    /// `directory`: it looks at the processes of this user whose command line says `--host
    /// <directory>/….sock` or `--api-key-file <directory>/….key`, and cannot tell an engine of today from one of yesterday.
    ///
    /// - Parameters:
    ///   - directory: The runtime directory.
    ///   - stopTimeout: How long an engine may take to stop by itself.
    /// - Returns: The processes found. They have ended, unless one does not even heed `SIGKILL` (as a process
    ///   does that waits for a stuck driver) within another `stopTimeout`.
    @discardableResult
    public static func stop(
        inRuntimeDirectory directory: String, stopTimeout: Duration = .seconds(5)
    ) async -> [Int32] {
        let found = processes(listeningIn: directory)
        send(SIGTERM, to: found)
        var deadline = ContinuousClock.now + stopTimeout
        var isKilled = false
        var remaining = found
        while true {
            remaining.removeAll { !isRunning($0, listeningIn: directory) }
            guard !remaining.isEmpty else { break }
            // However late this is looked at, they are killed before they are given up.
            if ContinuousClock.now >= deadline {
                if isKilled { break }
                send(SIGKILL, to: remaining)
                isKilled = true
                deadline = .now + stopTimeout
            }
            do {
                try await Task.sleep(for: .milliseconds(20))
            } catch {
                send(SIGKILL, to: remaining)
                break
            }
        }
        return found
    }

    private static func send(_ signal: Int32, to processes: [Int32]) {
        for process in processes { kill(process, signal) }
    }

    /// The processes of this user whose command line names a socket or a key in `directory`.
    static func processes(listeningIn directory: String) -> [Int32] {
        guard let listing = opendir("/proc") else { return [] }
        defer { closedir(listing) }
        var found: [Int32] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let process = Int32(name), process != getpid() else { continue }
            if isRunning(process, listeningIn: directory) { found.append(process) }
        }
        return found.sorted()
    }

    /// An ended process that nobody has waited for yet has an empty command line, and so does not count.
    private static func isRunning(_ process: Int32, listeningIn directory: String) -> Bool {
        var status = stat()
        guard stat("/proc/\(process)", &status) == 0, status.st_uid == geteuid() else { return false }
        guard let arguments = commandLine(of: process) else { return false }
        return isEngine(arguments, listeningIn: directory)
    }

    /// Whether a command line says `--host` with a socket in `directory`, or `--api-key-file` with a key in it.
    static func isEngine(_ arguments: [String], listeningIn directory: String) -> Bool {
        let wanted = FilePath(directory).lexicallyNormalized()
        func isInside(_ name: Substring, ending: String) -> Bool {
            let path = FilePath(String(name)).lexicallyNormalized()
            return path.extension == ending && path.removingLastComponent() == wanted
        }
        return zip(arguments, arguments.dropFirst()).contains { option, value in
            switch option {
            case "--host": value.split(separator: ",").contains { isInside($0, ending: "sock") }
            case "--api-key-file": isInside(value[...], ending: LoopbackAddress.keyExtension)
            default: false
            }
        }
    }

    private static func commandLine(of process: Int32) -> [String]? {
        guard
            let file = try? FileDescriptor.open("/proc/\(process)/cmdline", .readOnly, options: .closeOnExec)
        else {
            return nil
        }
        defer { try? file.close() }
        var bytes = [UInt8](repeating: 0, count: 1 << 17)
        guard let count = try? bytes.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 else {
            return nil
        }
        return bytes[..<count].split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}

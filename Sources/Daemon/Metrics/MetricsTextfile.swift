import Foundation
import Logging
import Spool

/// A file of metrics for node_exporter's textfile collector, which is replaced as a whole every few seconds.
struct MetricsTextfile {
    static let interval: Duration = .seconds(5)
    /// Others read it: who collects metrics is no member of the spool's group.
    private static let mode = mode_t(0o644)

    private let logger: Logger
    /// Where it was written last.
    private var path: String?
    /// Why it could not be written last time.
    private var trouble: String?

    init(logger: Logger) {
        self.logger = logger
    }

    /// Writes the file; one that an earlier configuration named is taken away. A failure is logged when it is new, and keeps
    /// nothing from working.
    mutating func write(_ text: String, to path: String) {
        remove(unless: path)
        do throws(SpoolError) {
            try Self.replace(path, with: text)
            self.path = path
            if trouble != nil { logger.notice("The metrics are written again: \(path)") }
            trouble = nil
        } catch {
            if trouble != error.description {
                logger.warning("The metrics cannot be written to \(path): \(error)")
            }
            trouble = error.description
        }
    }

    /// Takes the file away that was written, unless it is at `path`.
    mutating func remove(unless path: String?) {
        guard let old = self.path, old != path else { return }
        unlink(old)
        self.path = nil
    }

    /// The collector sees the old file or the new one. Its name ends otherwise until it is whole, so that it is left alone.
    /// What a power cut leaves of it does not matter.
    private static func replace(_ path: String, with text: String) throws(SpoolError) {
        let file = path as NSString
        let temporary = file.deletingLastPathComponent + "/.\(file.lastPathComponent).tmp"
        do throws(SpoolError) {
            let writer = try FileWriter(creating: temporary, mode: mode)
            try writer.write(text.utf8)
            try writer.flush()
            // The umask must not keep the collector from reading it. Its name may lead elsewhere by now, where others may
            // write in the directory.
            try writer.setMode(mode)
            guard rename(temporary, path) == 0 else { throw SpoolError(operation: "write", path: path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }
}

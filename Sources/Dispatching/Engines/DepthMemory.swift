import Engine
import Foundation
import Logging
import Spool
import Synchronization

/// Remembers of engine builds whether requests choose their draft depth, so that an ordinary one is not asked, or started
/// at a depth nobody wants, at every start.
final class DepthMemory: Sendable {
    /// What a build has shown.
    struct Finding: Codable, Hashable, Sendable {
        var honoursDepth: Bool
        var honoursPMin: Bool

        private enum CodingKeys: String, CodingKey {
            case honoursDepth = "honours_depth"
            case honoursPMin = "honours_p_min"
        }

        init(_ choice: RequestDepth?) {
            honoursDepth = choice != nil
            honoursPMin = choice?.honoursPMin ?? false
        }
    }

    private let path: String
    private let build: String
    private let finding: Mutex<Finding?>

    /// - Parameters:
    ///   - program: a path, or a name to look up; a program that was replaced is another build.
    ///   - build: what it says about itself.
    init(stateDirectory: String, program: String, build: String) {
        path = stateDirectory + "/request-depth.json"
        let stamp = FileStamp(path: EngineNeeds.program(program))
        self.build = "\(build), \(stamp?.bytes ?? 0) bytes of \(stamp?.changedSeconds ?? 0)"
        finding = Mutex(Self.read(path)[self.build])
    }

    /// What is known of the build; nil before one of its engines was asked.
    var current: Finding? { finding.withLock { $0 } }

    /// Keeps what an engine has shown, for later starts too if that can be written.
    func remember(_ choice: RequestDepth?, logger: Logger) {
        let shown = Finding(choice)
        let isNews = finding.withLock { finding in
            defer { finding = shown }
            return finding != shown
        }
        guard isNews else { return }
        var all = Self.read(path)
        all[build] = shown
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try LinuxDisk().replace(path, with: Array(try encoder.encode(all)))
        } catch {
            logger.warning("What the engine's build can do could not be saved: \(error)")
        }
    }

    private static func read(_ path: String) -> [String: Finding] {
        guard let bytes = FileManager.default.contents(atPath: path) else { return [:] }
        return (try? JSONDecoder().decode([String: Finding].self, from: bytes)) ?? [:]
    }
}

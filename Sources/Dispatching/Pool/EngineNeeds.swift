import Engine
import Foundation
import Glibc
import Settings

/// What of a configuration an engine is started with: only where that changes, a reload needs another engine.
///
/// Files count with their stamps: a model, a program or a certificate that was replaced under the same name is another
/// one. Of a key file the key counts.
struct EngineNeeds: Sendable, Equatable {
    private let engine: EngineSettings
    private let bearerToken: String?
    private let files: [String: FileStamp]

    /// - Throws: ``SettingsError`` for a key file that cannot be read.
    init(_ settings: EngineSettings) throws(SettingsError) {
        var engine = settings
        engine.startTimeout = .zero
        engine.stopTimeout = .zero
        engine.requestTimeout = .zero
        engine.stallTimeout = .zero
        engine.laneOverlap = .automatic
        engine.residentLanes = nil
        engine.endpointKeyFile = ""
        engine.endpointRequestsPerMinute = nil
        guard settings.endpoint.isEmpty else {
            engine.server = ""
            engine.model = ""
            engine.devices = []
            engine.extraArguments = []
            self.engine = engine
            bearerToken = try OpenAIEngineConfiguration.token(in: settings.endpointKeyFile)
            files = Self.stamps([
                settings.endpointCAFile, settings.endpointCertificateFile,
                settings.endpointCertificateKeyFile,
            ])
            return
        }
        engine.depth = .chosen
        engine.endpointHeaders = [:]
        engine.endpointCAFile = ""
        engine.endpointCertificateFile = ""
        engine.endpointCertificateKeyFile = ""
        self.engine = engine
        bearerToken = nil
        files = Self.stamps(
            [Self.program(settings.server), settings.model] + settings.extraArguments.map(Self.path))
    }

    private static func stamps(_ paths: [String]) -> [String: FileStamp] {
        var files: [String: FileStamp] = [:]
        for path in paths { files[path] = FileStamp(path: path) }
        return files
    }

    /// Where a program that is named without a path is found.
    static func program(_ name: String) -> String {
        guard !name.contains("/") else { return name }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 } ?? name
    }

    /// The file that an argument may name: `/a/file` or `--option=/a/file`.
    private static func path(_ argument: String) -> String {
        guard argument.hasPrefix("-"), let equals = argument.firstIndex(of: "=") else { return argument }
        return String(argument[argument.index(after: equals)...])
    }
}

/// Tells whether a file is still the one it was: replaced in place or written anew, it has another stamp.
struct FileStamp: Sendable, Hashable {
    let device: UInt
    let inode: UInt
    let bytes: Int
    let changedSeconds: Int
    let changedNanoseconds: Int

    /// Nil where there is no regular file at `path`; symbolic links are followed.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        bytes = Int(status.st_size)
        changedSeconds = status.st_mtim.tv_sec
        changedNanoseconds = status.st_mtim.tv_nsec
    }
}

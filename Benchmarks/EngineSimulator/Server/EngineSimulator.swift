import EngineSimulation
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Takes the place of llama-server: its command line, its HTTP, and the times of a profile. See docs/simulator.md.
@main
struct EngineSimulator {
    static func main() async {
        let origin = NIODeadline.now()
        do {
            try await run(CommandLine.arguments.dropFirst(), origin: origin)
        } catch {
            FileHandle.standardError.write(Data("EngineSimulator: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func run(_ arguments: some Sequence<String>, origin: NIODeadline) async throws {
        let options = try ServerOptions(arguments)
        if options.asksForVersion { return print(HelpText.version) }
        if options.asksForHelp {
            let profile = options.profileFile.isEmpty ? nil : try Self.profile(options)
            return print(HelpText.help(profile?.dialect ?? .mainline))
        }
        let profile = try Self.profile(options)
        try check(options, fit: profile)
        let prompts = try read(options.promptsFile, option: "--prompts") { try HiddenPrompts(parsing: $0) }
        let key = try options.apiKeyFile.map { file in
            String(decoding: try bytes(of: file, option: "--api-key-file"), as: UTF8.self)
                .split(separator: "\n").first.map(String.init) ?? ""
        }
        let engine = SimulatedEngine(profile: profile, settings: settings(options))
        try await serve(options, engine: engine, prompts: prompts, key: key, origin: origin)
    }

    private static func serve(
        _ options: ServerOptions, engine: SimulatedEngine, prompts: HiddenPrompts, key: String?,
        origin: NIODeadline
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let service = try await loop.submit {
            let driver = EngineDriver(
                engine: engine, timeScale: options.timeScale, loop: loop, origin: origin)
            return NIOLoopBound(
                SimulatedService(options: options, prompts: prompts, key: key, driver: driver),
                eventLoop: loop)
        }.get()
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 512)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: false)
                    try channel.pipeline.syncOperations.addHandler(RequestHandler(service: service.value))
                }
            }
        let channel =
            options.isUNIXSocket
            ? try await bootstrap.bind(unixDomainSocketPath: options.host).get()
            : try await bootstrap.bind(host: options.host, port: options.port).get()
        try await channel.closeFuture.get()
    }

    private static func settings(_ options: ServerOptions) -> SimulatedEngine.Settings {
        let sinceOrigin = options.driftOrigin.map { Date().timeIntervalSince1970 - $0 } ?? 0
        return SimulatedEngine.Settings(
            slots: options.slots, contextTokensPerSlot: options.contextTokensPerSlot,
            isDrafting: options.depth > 0, seed: options.seed,
            driftOffsetMilliseconds: sinceOrigin * 1000 * options.timeScale)
    }

    /// Refuses what the profile has no times for.
    private static func check(_ options: ServerOptions, fit profile: EngineProfile) throws {
        guard options.slots <= profile.step.mostSlots else {
            throw SimulatorFailure(
                "profile \(profile.name) has step costs for up to \(profile.step.mostSlots) slots, and -np asks for "
                    + "\(options.slots)")
        }
        guard options.depth <= profile.step.greatestDraft else {
            throw SimulatorFailure(
                "profile \(profile.name) has step costs for up to \(profile.step.greatestDraft) drafts, and "
                    + "\(options.depth) are asked for")
        }
    }

    private static func profile(_ options: ServerOptions) throws -> EngineProfile {
        var profile = try read(options.profileFile, option: "--profile") { try EngineProfile(parsing: $0) }
        if options.isUndisturbed { profile.disturbance = .none }
        return profile
    }

    private static func read<Value>(
        _ file: String, option: String, parse: ([UInt8]) throws -> Value
    ) throws -> Value {
        let bytes = try bytes(of: file, option: option)
        do { return try parse(bytes) } catch { throw SimulatorFailure("\(file): \(error)") }
    }

    private static func bytes(of file: String, option: String) throws -> [UInt8] {
        guard !file.isEmpty else { throw SimulatorFailure("\(option) FILE is missing; see --help") }
        do { return Array(try Data(contentsOf: URL(fileURLWithPath: file))) } catch {
            throw SimulatorFailure("\(option) \(file) cannot be read: \(error.localizedDescription)")
        }
    }
}

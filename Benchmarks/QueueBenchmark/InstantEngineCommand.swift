import ArgumentParser
import NIOCore
import NIOHTTP1
import NIOPosix

/// An OpenAI-compatible server on a UNIX socket that answers every completion at once, as llama-server would.
struct InstantEngineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine", abstract: "Answers completions at once, on a UNIX socket.")

    @Argument(help: "The socket's path.")
    var socket: String

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 512)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                        withErrorHandling: false)
                    try channel.pipeline.syncOperations.addHandler(InstantAnswers())
                }
            }
            .bind(unixDomainSocketPath: socket, cleanupExistingSocketFile: true).get()
        try await channel.closeFuture.get()
    }
}

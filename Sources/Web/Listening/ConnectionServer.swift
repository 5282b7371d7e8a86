import HummingbirdCore
import Logging
import NIOCore
import NIOExtras
import NIOPosix

/// Serves the connections of a socket.
struct ConnectionServer: Sendable {
    /// More have to wait to be accepted.
    private static let mostConnections = 256
    /// How long a connection may be silent: between two requests, in the midst of one.
    private static let idleTimeout: TimeAmount = .seconds(60)
    private static let mostFieldBytes = 16 << 10
    private static let mostHeaderBytes = 64 << 10
    private static let mostFields = 100

    let socket: BoundSocket
    private let exchange: Exchange
    private let eventLoops: any EventLoopGroup
    private let end: ServerQuiescingHelper
    private let logger: Logger

    init(_ socket: BoundSocket, exchange: Exchange, eventLoops: any EventLoopGroup, logger: Logger) {
        self.socket = socket
        self.exchange = exchange
        self.eventLoops = eventLoops
        self.logger = logger
        end = ServerQuiescingHelper(group: eventLoops)
    }

    /// Accepts until ``finish()`` or the task's cancellation; then waits for the connections to end.
    ///
    /// - Throws: an error of the socket.
    func serve() async throws {
        let http = HTTP1Channel(
            responder: {
                [exchange] (request: Request, writer: consuming ResponseWriter, channel: any Channel) in
                try await exchange.carryOut(request, writer, on: channel)
            },
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [UnreadableRequestAnswer()],
                idleTimeout: Self.idleTimeout,
                httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                    maxHeaderFieldSize: Self.mostFieldBytes, maxHeaderListSize: Self.mostHeaderBytes,
                    maxHeaderFieldCount: Self.mostFields)))
        let listening = try await ServerBootstrap(group: eventLoops)
            .serverChannelInitializer { [end, logger] channel in
                channel.eventLoop.makeCompletedFuture {
                    let limit = MaximumAvailableConnections(Self.mostConnections, logger: logger)
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(AvailableConnectionsChannelHandler(delegate: limit))
                    try pipeline.addHandler(end.makeServerChannelHandler(channel: channel))
                }
            }
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .bind(
                socket.descriptor,
                childChannelInitializer: { [logger] in http.setup(channel: $0, logger: logger) })
        logger.notice("The API listens on \(socket.name)")
        try await withThrowingDiscardingTaskGroup { connections in
            try await listening.executeThenClose { inbound in
                for try await connection in inbound {
                    connections.addTask { [logger] in await http.handle(value: connection, logger: logger) }
                }
            }
        }
    }

    /// Accepts nothing more, and returns when the connections have ended or the task is cancelled.
    func finish() async {
        let (ended, isEnded) = AsyncStream<Void>.makeStream()
        let promise = eventLoops.any().makePromise(of: Void.self)
        promise.futureResult.whenComplete { _ in isEnded.finish() }
        end.initiateShutdown(promise: promise)
        for await _ in ended {}
    }
}

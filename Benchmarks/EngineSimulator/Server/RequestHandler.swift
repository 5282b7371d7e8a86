import NIOCore
import NIOHTTP1

/// One connection.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let service: SimulatedService
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()
    /// What the client waits for.
    private var task: Int?

    init(service: SimulatedService) {
        self.service = service
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(var part): body.writeBuffer(&part)
        case .end: answer(context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let task { service.driver.cancel(task) }
        task = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ context: ChannelHandlerContext) {
        guard let head else { return }
        let path = head.uri.prefix { $0 != "?" }
        task = service.answer(
            path: String(path), bearer: head.headers.first(name: "authorization"), body: body,
            isPost: head.method == .POST
        ) { [weak self] reply in
            self?.task = nil
            self?.write(reply, keepsAlive: head.isKeepAlive, to: context)
        }
    }

    private func write(_ reply: SimulatedService.Reply, keepsAlive: Bool, to context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        var head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: reply.status))
        head.headers.add(name: "content-type", value: "application/json; charset=utf-8")
        head.headers.add(name: "content-length", value: String(reply.body.utf8.count))
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: reply.body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        if !keepsAlive { context.close(promise: nil) }
    }
}

import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Answers what is no HTTP request, as any other that is wrong.
///
/// Such a request reaches no responder: Hummingbird answers it with a bare 400 and closes the connection. That answer is
/// given its body on its way out; ours have one.
final class UnreadableRequestAnswer: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(let head) = unwrapOutboundIn(data), head.status == .badRequest,
            head.headerFields[.contentLength] == "0"
        else { return context.write(data, promise: promise) }
        let refusal = APIError.invalid(
            "The request cannot be read as HTTP/1.1, or its header is too large.", code: "invalid_http"
        ).response
        var answer = refusal.head
        answer.headerFields[.connection] = "close"
        context.write(wrapOutboundOut(.head(answer)), promise: promise)
        guard case .bytes(let bytes) = refusal.body else { return }
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: bytes))), promise: nil)
    }
}

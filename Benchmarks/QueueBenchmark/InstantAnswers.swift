import NIOCore
import NIOHTTP1

/// Answers requests without looking at their bodies.
final class InstantAnswers: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private static let completion = ByteBuffer(
        string: """
            {"choices":[{"finish_reason":"stop","index":0,"message":{"role":"assistant","content":"The sea is \
            wide and old, and it keeps what it is told; the tide that takes is the tide that gives, and all \
            that drowns in silence lives."}}],"created":1795474501,"model":"instant","system_fingerprint":\
            "b0-instant","object":"chat.completion","usage":{"completion_tokens":40,"prompt_tokens":20,\
            "total_tokens":60,"prompt_tokens_details":{"cached_tokens":0}},"id":"chatcmpl-instant","timings":\
            {"cache_n":0,"prompt_n":20,"prompt_ms":2.5,"prompt_per_token_ms":0.125,"prompt_per_second":8000.0,\
            "predicted_n":40,"predicted_ms":400.0,"predicted_per_token_ms":10.0,"predicted_per_second":100.0}}
            """)
    private static let properties = ByteBuffer(
        string: #"{"model_path":"instant.gguf","total_slots":256,"build_info":"b0-instant"}"#)
    private static let health = ByteBuffer(string: #"{"status":"ok"}"#)
    private static let models = ByteBuffer(
        string: #"{"object":"list","data":[{"id":"instant","object":"model"}]}"#)

    private var path = ""
    private var keepsAlive = true

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            path = head.uri
            keepsAlive = head.isKeepAlive
        case .body: break
        case .end: answer(context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
    }

    private func answer(_ context: ChannelHandlerContext) {
        let body: ByteBuffer? =
            switch path {
            case "/v1/chat/completions", "/v1/completions": Self.completion
            case "/props": Self.properties
            case "/health": Self.health
            case "/v1/models": Self.models
            default: nil
            }
        var head = HTTPResponseHead(version: .http1_1, status: body == nil ? .notFound : .ok)
        head.headers.add(name: "content-type", value: "application/json; charset=utf-8")
        head.headers.add(name: "content-length", value: String(body?.readableBytes ?? 0))
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        if !keepsAlive { context.close(promise: nil) }
    }
}

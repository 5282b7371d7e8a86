import Testing

@testable import Engine

@Suite("Counters")
struct LlamaServerMetricsTests {
    @Test("counters, llama-server's and vLLM's")
    func metrics() {
        let llama = LlamaServerMetrics(
            parsing: """
                # TYPE llamacpp:tokens_predicted_total counter
                llamacpp:tokens_predicted_total 80
                llamacpp:tokens_predicted_seconds_total 0.5
                llamacpp:spec_decode_num_draft_tokens_total 69
                llamacpp:spec_decode_num_accepted_tokens_total 53
                llamacpp:spec_decode_num_drafts_total 23
                llamacpp:requests_processing 1
                llamacpp:requests_deferred 2
                llamacpp:spec_decode_num_accepted_tokens_per_pos_total{position="1"} 18
                llamacpp:spec_decode_num_accepted_tokens_per_pos_total{position="0"} 20
                llamacpp:spec_decode_num_accepted_tokens_per_pos_total{position="2"} 15
                """)
        #expect(llama.generatedTokens == 80 && llama.generationMilliseconds == 500)
        #expect(llama.drafts == 23 && llama.draftedTokens == 69 && llama.acceptedTokens == 53)
        #expect(llama.acceptedTokensByPosition == [20, 18, 15])
        #expect(llama.requestsProcessing == 1)
        let vllm = LlamaServerMetrics(
            parsing: """
                vllm:spec_decode_num_drafts_total{engine="0",model_name="m"} 4.0
                vllm:spec_decode_num_accepted_tokens_per_pos_total{engine="0",position="1"} 1.0
                vllm:generation_tokens_total{model_name="m"} 1e3
                """)
        #expect(vllm.drafts == 4 && vllm.generatedTokens == 1000 && vllm.acceptedTokensByPosition == [0, 1])
    }

    @Test(
        "what is no counter is passed over",
        arguments: [
            "", "{", "}{", "a{", "x NaN", "x{y=\"1\"}",
            "spec_decode_num_accepted_tokens_per_pos_total{position=\"-1\"} 2",
            "spec_decode_num_accepted_tokens_per_pos_total{position=\"99999999\"} 2",
            "spec_decode_num_accepted_tokens_per_pos_total 2", "spec_decode_num_drafts_total -5",
        ])
    func badMetrics(text: String) {
        #expect(LlamaServerMetrics(parsing: text) == LlamaServerMetrics())
    }
}

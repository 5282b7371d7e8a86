import Speculation
import Testing

@testable import Engine

@Suite("A lane's configuration")
struct LlamaServerConfigurationTests {
    @Test("a lane's command line")
    func arguments() {
        var configuration = LlamaServerConfiguration(
            server: "llama-server", model: "m.gguf", slots: 4, contextTokens: 1000, runtimeDirectory: "/run/d"
        )
        configuration.extraArguments = ["-t", "8"]
        let tail = [
            "-np", "4", "-c", "4000", "--host", "/s.sock", "--metrics", "--slots", "--no-ui", "-t", "8",
        ]
        #expect(configuration.arguments(for: .off, socketPath: "/s.sock") == ["-m", "m.gguf"] + tail)
        #expect(
            configuration.arguments(for: DraftSetting(depth: 3, pMin: 0.75), socketPath: "/s.sock")
                == ["-m", "m.gguf", "--spec-type", "draft-mtp", "--spec-draft-n-max", "3"]
                + ["--spec-draft-p-min", "0.75"] + tail)
        let both = DraftSetting(depth: 3, usesNgrams: true)
        let lookups = ["-m", "m.gguf", "--spec-type", "ngram-mod"] + tail
        #expect(
            configuration.arguments(for: both, socketPath: "/s.sock")
                == ["-m", "m.gguf", "--spec-type", "draft-mtp,ngram-mod", "--spec-draft-n-max", "3"] + tail)
        #expect(
            configuration.arguments(for: DraftSetting(depth: 0, usesNgrams: true), socketPath: "/s.sock")
                == lookups)
        configuration.hasMTPBlock = false
        #expect(configuration.arguments(for: both, socketPath: "/s.sock") == lookups)
        #expect(
            configuration.arguments(for: DraftSetting(depth: 3), socketPath: "/s.sock") == ["-m", "m.gguf"]
                + tail)
    }

    @Test("the child does not see what is meant for the daemon, or would undo the command line")
    func environment() {
        let changes = LlamaServerEnvironment.changes(to: [
            "PATH": "/bin", "NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "5",
            "LLAMA_ARG_SPEC_TYPE": "draft-mtp",
            "LLAMA_API_KEY": "k", "LLAMA_ARG_N_GPU_LAYERS": "99", "CUDA_VISIBLE_DEVICES": "1",
            "GGML_BACKEND_PATH": "",
        ])
        #expect(
            Set(changes.keys.map(\.description)) == [
                "NOTIFY_SOCKET", "WATCHDOG_USEC", "LLAMA_ARG_SPEC_TYPE", "LLAMA_API_KEY", "GGML_BACKEND_PATH",
            ])
        #expect(changes.values.allSatisfy { $0 == nil })
        #expect(LlamaServerEnvironment.changes(to: ["GGML_BACKEND_PATH": "/x"]).isEmpty)
    }
}

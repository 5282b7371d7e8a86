import Speculation
import Testing

@testable import Engine

@Suite("A lane's configuration")
struct LlamaServerConfigurationTests {
    @Test("a lane's command line")
    func arguments() throws {
        let address = try UnixSocketAddress(directory: "/", name: "s")
        var configuration = LlamaServerConfiguration(
            server: "llama-server", model: "m.gguf", slots: 4, contextTokens: 1000, runtimeDirectory: "/run/d"
        )
        configuration.extraArguments = ["-t", "8"]
        let tail = [
            "-np", "4", "-c", "4000", "--host", "/s.sock", "--metrics", "--slots", "--no-ui", "-t", "8",
        ]
        #expect(configuration.arguments(for: .off, at: address) == ["-m", "m.gguf"] + tail)
        #expect(
            configuration.arguments(for: DraftSetting(depth: 3, pMin: 0.75), at: address)
                == ["-m", "m.gguf", "--spec-type", "draft-mtp", "--spec-draft-n-max", "3"]
                + ["--spec-draft-p-min", "0.75"] + tail)
        let both = DraftSetting(depth: 3, usesNgrams: true)
        let lookups = ["-m", "m.gguf", "--spec-type", "ngram-mod"] + tail
        #expect(
            configuration.arguments(for: both, at: address)
                == ["-m", "m.gguf", "--spec-type", "draft-mtp,ngram-mod", "--spec-draft-n-max", "3"] + tail)
        #expect(
            configuration.arguments(for: DraftSetting(depth: 0, usesNgrams: true), at: address)
                == lookups)
        configuration.hasMTPBlock = false
        #expect(configuration.arguments(for: both, at: address) == lookups)
        #expect(
            configuration.arguments(for: DraftSetting(depth: 3), at: address) == ["-m", "m.gguf"]
                + tail)
    }

    @Test("options that a program does not know are left out, or have their older name")
    func unknownOptions() throws {
        let address = try UnixSocketAddress(directory: "/", name: "s")
        var configuration = LlamaServerConfiguration(
            server: "llama-server", knownOptions: ["--metrics", "--no-webui"], model: "m.gguf",
            runtimeDirectory: "/")
        let arguments = ["-m", "m.gguf", "-np", "1", "-c", "0", "--host", "/s.sock", "--metrics"]
        #expect(configuration.arguments(for: .off, at: address) == arguments + ["--no-webui"])
        configuration.knownOptions = ["--metrics"]
        #expect(configuration.arguments(for: .off, at: address) == arguments)
    }

    @Test("an ik_llama.cpp lane's command line")
    func ik() throws {
        let address = try LoopbackAddress(directory: "/run/d", name: "lane")
        var configuration = LlamaServerConfiguration(
            server: "llama-server", dialect: .ik,
            knownOptions: ["--metrics", "--no-slots", "--webui", "--jinja", "--log-disable"], model: "m.gguf",
            contextTokens: 1000, runtimeDirectory: "/run/d", extraArguments: ["-t", "8"])
        let tail = [
            "-np", "1", "-c", "1000", "--host", "127.0.0.1", "--port", "\(address.port)",
            "--api-key-file", "/run/d/lane.key", "--metrics", "--jinja", "--log-disable", "--webui", "none",
            "-t", "8",
        ]
        #expect(configuration.arguments(for: .off, at: address) == ["-m", "m.gguf"] + tail)
        #expect(
            configuration.arguments(for: DraftSetting(depth: 5, pMin: 0.75, usesNgrams: true), at: address)
                == ["-m", "m.gguf", "--spec-type", "mtp:n_max=5,p_min=0.75"] + tail)
        #expect(configuration.obstacle(to: DraftSetting(depth: 5)) == nil)
        configuration.slots = 2
        #expect(configuration.obstacle(to: .off) == nil)
        let obstacle = try #require(configuration.obstacle(to: DraftSetting(depth: 5)))
        #expect("\(obstacle)".contains("ik_llama.cpp drafts with 1 slot only, and 2 are asked for"))
        configuration.dialect = .mainline
        #expect(configuration.obstacle(to: DraftSetting(depth: 5)) == nil)
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

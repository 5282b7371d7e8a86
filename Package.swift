// swift-tools-version: 6.2
import PackageDescription

/// The commit for `--version`; nil where the build is not told, as scripts/build-release tells it.
let commit = Context.environment["BUILT_COMMIT"].flatMap { $0.isEmpty ? nil : $0 }

let package = Package(
    name: "draftspool",
    platforms: [.macOS(.v15)],
    products: [
        // Called draftspoold, it is the daemon: scripts/link-daemon.
        .executable(name: "draftspool", targets: ["draftspool"]),
        // Preloaded into the daemon by its tests.
        .library(name: "FailingDisk", type: .dynamic, targets: ["FailingDisk"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ],
    targets: [
        .systemLibrary(
            name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CLinux"),
        .target(
            name: "CCommit",
            cSettings: commit.map { [CSetting.define("BUILT_COMMIT", to: "\"\($0)\"")] } ?? []),
        .target(
            name: "Systemd",
            dependencies: ["CSystemd", .product(name: "Logging", package: "swift-log")]),
        .target(name: "CSV"),
        .target(name: "Forms"),
        .target(name: "JSON"),
        .target(name: "Markup"),
        .target(name: "Workload"),
        .target(
            name: "PromptBatch",
            dependencies: ["JSON", "Workload", .product(name: "Yams", package: "Yams")]),
        .target(name: "Speculation", dependencies: ["Workload"]),
        .target(
            name: "Engine",
            dependencies: [
                "CCurl", "CLinux", "JSON", "Speculation",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "Spool",
            dependencies: [
                "CLinux", "JSON", "PromptBatch", "Workload",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "Settings",
            dependencies: [
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Yams", package: "Yams"),
            ]),
        .target(
            name: "Hooks",
            dependencies: [
                "Engine", "JSON", "Loops", "PromptBatch", "Settings", "Spool", "Systemd",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(name: "Loops"),
        .target(
            name: "Intake",
            dependencies: [
                "Loops", "PromptBatch", "Settings", "Speculation", "Spool", "Systemd", "Workload",
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "Publishing",
            dependencies: [
                "Intake", "Loops", "PromptBatch", "Settings", "Spool", "Systemd",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "Dispatching",
            dependencies: [
                "Engine", "Intake", "JSON", "Loops", "PromptBatch", "Publishing", "Settings", "Speculation",
                "Spool", "Systemd", "Workload",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "Control",
            dependencies: [
                "Dispatching", "JSON", "Loops", "PromptBatch", "Publishing", "Spool", "Systemd",
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "Daemon",
            dependencies: [
                "Control", "Dispatching", "Engine", "Hooks", "Intake", "Loops", "Publishing",
                "Settings", "Speculation", "Spool", "Systemd", "Workload",
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "Web",
            dependencies: [
                "Forms", "JSON", "Markup", "PromptBatch", "Settings", "Speculation", "Spool",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOExtras", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .target(
            name: "Calibration",
            dependencies: [
                "Dispatching", "Engine", "Intake", "JSON", "Markup", "Speculation", "PromptBatch", "Workload",
                "Settings", "Spool",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "DaemonProgram",
            dependencies: [
                "CCommit", "CLinux", "Daemon", "Engine", "Settings", "Systemd", "Web",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "draftspool",
            dependencies: [
                "CCommit", "Calibration", "Daemon", "DaemonProgram", "Dispatching", "Intake", "Settings",
                "Spool", "Engine", "Speculation", "Web", "Workload", "CSV", "JSON", "Markup", "PromptBatch",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "classifier-features", dependencies: ["Workload"],
            path: "Models/workload-classifier/Features"),
        .executableTarget(
            name: "generate-manuals", path: "Manuals/Generator"),
        .executableTarget(
            name: "ClassifierBenchmark", dependencies: ["Workload"],
            path: "Benchmarks/ClassifierBenchmark"),
        .executableTarget(
            name: "QueueBenchmark",
            dependencies: [
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Benchmarks/QueueBenchmark", exclude: ["Clients"]),
        .target(
            name: "EngineSimulation", dependencies: ["JSON", "PromptBatch"],
            path: "Benchmarks/EngineSimulator/Simulation"),
        .executableTarget(
            name: "EngineSimulator",
            dependencies: [
                "EngineSimulation", "JSON", "PromptBatch",
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Benchmarks/EngineSimulator/Server"),
        .target(
            name: "DecisionSimulation",
            dependencies: [
                "Dispatching", "EngineSimulation", "Intake", "JSON", "Speculation", "Spool", "Workload",
            ],
            path: "Benchmarks/DecisionBenchmark/Simulation"),
        .executableTarget(
            name: "DecisionBenchmark",
            dependencies: [
                "DecisionSimulation", "EngineSimulation", "JSON", "Speculation", "Workload",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/DecisionBenchmark/Program"),
        .target(name: "CSpawn", path: "Tests/CSpawn"),
        .target(
            name: "TestSupport", dependencies: ["CSpawn", "JSON"], path: "Tests/TestSupport",
            exclude: ["http-endpoint", "connect-proxy"]),
        .target(name: "FailingDisk", path: "Tests/FailingDisk"),
        .testTarget(
            name: "WorkloadTests", dependencies: ["TestSupport", "Workload"], exclude: ["Resources"]),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "TestSupport", "Engine", "JSON", "PromptBatch", "Speculation",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "SystemdTests",
            dependencies: ["Systemd", .product(name: "Logging", package: "swift-log")]),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "TestSupport", "draftspool", "generate-manuals", "JSON", "Spool", "PromptBatch", "Workload",
                "Settings", "CSV",
            ]),
        .testTarget(
            name: "CalibrationTests",
            dependencies: [
                "TestSupport", "Calibration", "draftspool", "Dispatching", "Engine", "Intake", "JSON",
                "Markup", "Speculation", "PromptBatch", "Settings", "Workload",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "SettingsTests",
            dependencies: [
                "TestSupport", "Settings", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"),
            ]),
        .testTarget(
            name: "SpoolTests",
            dependencies: [
                "TestSupport", "JSON", "Spool", "PromptBatch", "Workload",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "HooksTests",
            dependencies: [
                "TestSupport", "Hooks", "JSON", "Settings", "Spool",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "SpeculationTests", dependencies: ["TestSupport", "Speculation", "Workload"],
            exclude: ["published-mtp-benchmarks.json"]),
        .testTarget(
            name: "IntakeTests", dependencies: ["Intake", "PromptBatch", "Speculation", "Spool", "Workload"]),
        .testTarget(
            name: "DispatchingTests",
            dependencies: [
                "TestSupport", "Control", "Daemon", "Dispatching", "Engine", "Hooks", "Intake", "JSON",
                "Loops", "PromptBatch", "Publishing", "Settings", "Speculation", "Spool", "Workload",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .testTarget(
            name: "EngineSimulationTests", dependencies: ["TestSupport", "EngineSimulation", "JSON"]),
        .testTarget(
            name: "DecisionSimulationTests",
            dependencies: [
                "TestSupport", "DecisionSimulation", "EngineSimulation", "Speculation", "Workload",
            ]),
        .testTarget(name: "CSVTests", dependencies: ["TestSupport", "CSV"]),
        .testTarget(name: "FormsTests", dependencies: ["TestSupport", "Forms"]),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "TestSupport", "Web", "JSON", "PromptBatch", "Settings", "Spool", "Workload",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .testTarget(name: "JSONTests", dependencies: ["TestSupport", "JSON"]),
        .testTarget(
            name: "PromptBatchTests", dependencies: ["TestSupport", "JSON", "PromptBatch", "Workload"]),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "TestSupport", "draftspool", "EngineSimulator", "JSON", "Spool", "Speculation", "PromptBatch",
                "Workload",
            ],
            exclude: ["faulty-llama-server"]),
    ],
    swiftLanguageModes: [.v6]
)

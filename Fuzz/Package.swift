// swift-tools-version: 6.2
import PackageDescription

/// The parsers of bytes from outside, without what does input and output, built for libFuzzer by scripts/fuzz.
/// The folders under Sources are links to the modules of the package above.
let package = Package(
    name: "draftspool-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .target(name: "CSV"),
        .target(name: "Forms"),
        .target(name: "JSON"),
        .target(name: "Workload"),
        .target(
            name: "PromptBatch",
            dependencies: ["JSON", "Workload", .product(name: "Yams", package: "Yams")]),
        .target(name: "Speculation", dependencies: ["Workload"]),
        .target(
            name: "EngineParsers",
            dependencies: ["JSON", .product(name: "SystemPackage", package: "swift-system")],
            sources: [
                "CompletionBody.swift", "Duration+Text.swift", "EngineError.swift",
                "EngineError+Description.swift", "ErrorBody.swift", "GGUFBytes.swift",
                "GGUFError.swift", "GGUFFile.swift", "GGUFFileType.swift", "GGUFMetadata.swift",
                "GGUFReader.swift", "GGUFSource.swift", "GGUFValue.swift", "GenerationResponse.swift",
                "GenerationResponse+Parsing.swift", "KeyedDecodingContainer+Lenient.swift",
                "LineSplitter.swift", "LlamaServerMetrics.swift", "LlamaServerProperties.swift",
                "LlamaServerSlot.swift", "ModelList.swift", "PrometheusSample.swift", "RetryAfter.swift",
                "VersionAnswer.swift",
            ]),
        .target(
            name: "SettingsParsers", dependencies: [.product(name: "Yams", package: "Yams")],
            sources: ["SettingUnits.swift", "SettingsError.swift", "YAMLOutline.swift"]),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "CSV", "Forms", "JSON", "PromptBatch", "Speculation", "EngineParsers", "SettingsParsers",
                "Workload",
            ]),
    ],
    swiftLanguageModes: [.v6]
)

import Foundation

/// One parser under test, given any bytes. It must not trap, and a promise that does not hold is a trap.
typealias Target = @Sendable (UnsafeRawBufferPointer) -> Void

let targets: [String: Target] = [
    "json": fuzzJSON, "line": fuzzLine, "document": fuzzDocument, "answer": fuzzAnswer,
    "metrics": fuzzMetrics, "gguf": fuzzGGUF, "learned": fuzzLearned, "configuration": fuzzConfiguration,
    "csv": fuzzCSV, "multipart": fuzzMultipart, "query": fuzzQuery,
]

/// The target named by `FUZZ_TARGET`.
let target: Target = {
    let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
    guard let target = targets[name] else {
        fatalError("FUZZ_TARGET is '\(name)' and should be one of \(targets.keys.sorted())")
    }
    return target
}()

/// Called by libFuzzer with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target(UnsafeRawBufferPointer(start: bytes, count: count))
    return 0
}

/// Traps if a promise of a parser does not hold.
func require(_ isHeld: Bool, _ promise: @autoclosure () -> String) {
    guard isHeld else { fatalError(promise()) }
}

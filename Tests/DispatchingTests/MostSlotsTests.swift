import Settings
import TestSupport
import Testing

@testable import Dispatching

@Suite("The slots that an engine is started with")
struct MostSlotsTests {
    private func slots(_ flags: [String: String], onGPU: Bool) async throws -> Int {
        let loader = SettingsLoader(
            file: TestPaths.projectRoot + "/examples/draftspool.yaml", flags: flags, environment: [:])
        return ManagedEngineSource.mostSlots(try await loader.load().engine, onGPU: onGPU)
    }

    @Test("A GPU gets more of them, unless their number was said")
    func usual() async throws {
        #expect(try await slots([:], onGPU: false) == 8)
        #expect(try await slots([:], onGPU: true) == 16)
        for onGPU in [false, true] {
            #expect(try await slots(["engine.max-slots": "4"], onGPU: onGPU) == 4)
            #expect(try await slots(["engine.max-slots": "32"], onGPU: onGPU) == 32)
            #expect(try await slots(["engine.slots": "2"], onGPU: onGPU) == 2)
        }
    }
}

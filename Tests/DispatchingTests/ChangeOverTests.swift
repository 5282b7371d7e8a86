import Speculation
import Testing

@testable import Dispatching

@Suite struct ChangeOverTests {
    private func change(serving: Bool = true, room: EngineRoom, sharesMachine: Bool = true) -> [Bool] {
        let change = ChangeOver(isServing: serving, room: room, sharesMachine: sharesMachine)
        return [change.triesBeside, change.mayExchange]
    }

    @Test func aServingEngineIsOnlyEndedWhereItMayBeInTheWay() {
        #expect(change(room: .enough) == [true, false])
        #expect(change(room: .unknown) == [true, true])
        #expect(change(room: .none) == [false, true])
    }

    @Test func anEndpointIsInNobodysWay() {
        for room in [EngineRoom.enough, .unknown, .none] {
            #expect(change(room: room, sharesMachine: false) == [true, false])
        }
    }

    @Test func whatDoesNotServeYetGivesWay() {
        for room in [EngineRoom.enough, .unknown, .none] {
            #expect(change(serving: false, room: room) == [false, true])
        }
    }
}

import Spool
import Testing

@testable import Intake

@Suite("Names in incoming/")
struct IncomingNamesTests {
    private let name = FileName("a.jsonl")

    @Test func aNameThatWasOpenedByItsMakerIsWrittenUntilItArrives() {
        var names = IncomingNames()
        names.note(.opened(name))
        #expect(names.history(of: name) == nil, "who looks at a file opens it, too")
        names.note(.created(name))
        #expect(names.history(of: name) == .created)
        names.note(.opened(name))
        #expect(names.history(of: name) == .opened)
        names.note(.arrived(name))
        names.note(.opened(name))
        #expect(names.history(of: name) == .announced)
        names.note(.rescan)
        #expect(names.history(of: name) == nil)
        names.note(.created(FileName(".hidden")))
        #expect(names.history(of: FileName(".hidden")) == nil)
    }

    @Test func aNameIsClaimedOnceAtATime() {
        var names = IncomingNames()
        names.note(.arrived(name))
        let begun = [names.beginClaim(of: name), names.beginClaim(of: name)]
        #expect(begun == [true, false] && names.claimingCount == 1)
        #expect(names.history(of: name) == nil, "what is seen now is of another file")
        names.endClaim(of: name)
        #expect(names.claimingCount == 0)
        let isBegunAgain = names.beginClaim(of: name)
        #expect(isBegunAgain)
    }

    @Test func aRefusedClaimIsRememberedUntilItSucceedsOrTheFileIsGone() {
        var names = IncomingNames()
        for isGone in [false, true] {
            _ = names.beginClaim(of: name)
            names.refuseClaim(of: name, .announced)
            #expect(names.areRefused && names.claimingCount == 0)
            #expect(names.history(of: name) == .announced, "nobody will announce it again")
            names.keep([name])
            #expect(names.areRefused)
            if isGone { names.keep([]) } else { names.endClaim(of: name) }
            #expect(!names.areRefused)
        }
        #expect(names.history(of: name) == nil)
    }

    @Test func whatIsNoFileIsToldOfOnce() {
        var names = IncomingNames()
        var isNews = [names.noteForeign(name), names.noteForeign(name)]
        names.keep([])
        isNews.append(names.noteForeign(name))
        #expect(isNews == [true, false, true])
    }
}

import Testing

@testable import draftspool

struct ProgressTests {
    @Test func theRestIsEstimatedFromWhatWasSeen() {
        var remaining = RemainingTime()
        #expect(remaining.estimate(done: 10, of: 30, at: 100) == nil)
        #expect(remaining.estimate(done: 10, of: 30, at: 105) == nil)
        #expect(remaining.estimate(done: 15, of: 30, at: 110) == 30)
        #expect(remaining.estimate(done: 30, of: 30, at: 130) == 0)
    }

    @Test func figuresInWords() {
        let progress = WaitProgress(
            prompts: 24, done: 12, failed: 1, tokensPerSecond: 51.5, remainingSeconds: 83)
        #expect(progress.text == "12/24  1 failed  51.5 tok/s  1:23 left")
        let waiting = WaitProgress(prompts: 2, notice: "waiting to be picked up")
        #expect(waiting.text == "0/2  waiting to be picked up")
    }

    @Test(arguments: [0, 1, 5, 24], [40, 80, 200])
    func theBarStaysOnOneLine(_ done: Int, _ width: Int) {
        let terminal = Terminal(isInteractive: true, width: width, hasColours: false)
        let progress = WaitProgress(
            prompts: 24, done: done, notice: "waiting: the daemon has not been heard of for 1234 s")
        let bar = ProgressDisplay.bar(progress, terminal: terminal)
        #expect(TextWidth.columns(bar) < width)
        #expect(bar.count { $0 == "█" } == done)
    }
}

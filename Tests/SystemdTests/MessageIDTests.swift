import Systemd
import Testing

@Suite("Message ids")
struct MessageIDTests {
    @Test("are 32 hexadecimal digits, each its own")
    func form() {
        for id in MessageID.allCases {
            #expect(id.rawValue.count == 32)
            #expect(id.rawValue.allSatisfy { $0.isHexDigit && !$0.isUppercase })
        }
        #expect(Set(MessageID.allCases.map(\.rawValue)).count == MessageID.allCases.count)
    }
}

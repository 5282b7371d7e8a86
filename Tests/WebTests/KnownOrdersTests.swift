import Foundation
import Testing

@testable import Web

@Suite struct KnownOrdersTests {
    private func order(
        _ id: String, of upload: String, key: String? = nil, batch: String? = nil
    ) -> BatchOrder {
        BatchOrder(
            id: id, inputFile: upload, endpoint: "/v1/completions", completionWindow: "24h", metadata: nil,
            idempotencyKey: key, createdAt: Date(timeIntervalSince1970: 0), expiresAt: nil, name: "a.jsonl",
            inode: 1, after: 0, batchID: batch)
    }

    @Test func areFoundByAllThatTheyAreLookedUpBy() {
        var orders = KnownOrders()
        orders.note(order("a", of: "upload", key: "k"))
        orders.note(order("b", of: "upload"))
        #expect(orders["a"]?.id == "a" && orders["c"] == nil)
        #expect(orders.ofKey("k")?.id == "a" && orders.ofKey("a") == nil)
        #expect(Set(orders.ofUpload("upload").map(\.id)) == ["a", "b"] && orders.ofUpload("other").isEmpty)
        #expect(orders.ofBatch("batch") == nil)
        orders.note(order("a", of: "upload", key: "k", batch: "batch"))
        #expect(orders.ofBatch("batch")?.id == "a" && orders.ofKey("k")?.batchID == "batch")
        #expect(orders.all.count == 2)
    }

    @Test func whatIsForgottenIsFoundByNothing() {
        var orders = KnownOrders()
        orders.note(order("a", of: "upload", key: "k", batch: "batch"))
        orders.forget("a")
        orders.forget("b")
        #expect(orders["a"] == nil && orders.all.isEmpty && orders.ofUpload("upload").isEmpty)
        #expect(orders.ofKey("k") == nil && orders.ofBatch("batch") == nil)
        orders.note(order("b", of: "upload", key: "k"))
        #expect(orders.ofKey("k")?.id == "b")
    }
}

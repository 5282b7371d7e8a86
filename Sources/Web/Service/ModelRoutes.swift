import Foundation
import HTTPTypes
import JSON
import Settings
import Spool
import SystemPackage

/// `/v1/models`: what a prompt may name.
struct ModelRoutes: Sendable {
    let layout: SpoolLayout
    let settings: @Sendable () -> Settings
    let startedAt: Date

    var all: [Route] {
        [
            Route(.get, "/v1/models") { _, _ in
                .json(["object": "list", "data": .array(try names().map { json(of: $0) })])
            },
            Route(.get, "/v1/models/*") { request, _ in
                let name = request.wildcards[0]
                guard try names().contains(name) else {
                    throw APIError.notFound(
                        "The model '\(name)' does not exist.", param: "model", code: "model_not_found")
                }
                return .json(json(of: name))
            },
        ]
    }

    /// The models of the engines that run, and the names that the configuration gives to models.
    private func names() throws -> [String] {
        let models = settings().modelNames
        var names = Set(models.map.keys)
        names.formUnion(models.map.values)
        names.insert(models.defaultModel)
        for lane in try SpoolStatus.read(from: layout)?.lanes ?? [] {
            names.insert(Self.name(of: lane.model))
        }
        names.remove("")
        return names.sorted()
    }

    /// A model that an engine knows by the path of its file goes by the file's name.
    static func name(of model: String) -> String {
        model.hasPrefix("/") ? FilePath(model).lastComponent?.string ?? model : model
    }

    private func json(of name: String) -> JSON {
        [
            "id": .string(name), "object": "model", "created": JSON(seconds: startedAt),
            "owned_by": "draftspool",
        ]
    }
}

import Foundation
import Settings

/// Whether the memory of this machine holds further engines with a model beside those that run.
///
/// What a GPU has free cannot be told without its vendor's library, so that there overlap must be asked for.
struct RoomForEngines {
    /// Engines kept where they run on the processor: off and two ways of drafting.
    private static let usualResidentLanes = 3

    private let modelPath: String
    private let laneOverlap: LaneOverlapSetting
    private let wantedResidentLanes: Int?
    private let isOnProcessor = DeviceName.gpus().isEmpty

    init(_ engine: EngineSettings) {
        modelPath = engine.model
        laneOverlap = engine.laneOverlap
        wantedResidentLanes = engine.residentLanes
    }

    /// What a lane may do while another one is still served.
    var overlap: LaneOverlap {
        switch laneOverlap {
        case .never: .none
        case .always: isOnProcessor ? .starting : .serving
        case .automatic: isOnProcessor && hasMemory(forModels: 2) == true ? .starting : .none
        }
    }

    /// Engines to be kept in memory.
    var residentLanes: Int {
        wantedResidentLanes
            ?? (isOnProcessor && hasMemory(forModels: 2) == true ? Self.usualResidentLanes : 1)
    }

    /// Whether one more may be kept. What was asked for by number is not second-guessed.
    var holdsAnother: Bool { wantedResidentLanes != nil || hasMemory(forModels: 1) != false }

    /// Whether one may start while those of another configuration run.
    var besideOthers: EngineRoom {
        switch laneOverlap {
        case .never: return .none
        case .always: return .enough
        case .automatic:
            guard isOnProcessor else { return .unknown }
            if hasMemory(forModels: 1) == false { return .none }
            return hasMemory(forModels: 2) == true ? .enough : .unknown
        }
    }

    /// Whether the memory that is free would hold the model that often; nil where that cannot be told.
    private func hasMemory(forModels count: Int) -> Bool? {
        let size = (try? FileManager.default.attributesOfItem(atPath: modelPath)[.size]) as? Int
        guard let size, let free = AvailableMemory.bytes() else { return nil }
        return free > count * size
    }
}

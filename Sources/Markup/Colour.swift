import Foundation

/// A colour of the sRGB space, channels 0…255.
package struct Colour: Hashable, Sendable {
    var red: Double
    var green: Double
    var blue: Double

    /// From 0xRRGGBB.
    package init(_ code: UInt32) {
        red = Double(code >> 16 & 0xFF)
        green = Double(code >> 8 & 0xFF)
        blue = Double(code & 0xFF)
    }

    /// The colour that is `share` (0…1) of the way to another.
    package func mixed(with other: Colour, share: Double) -> Colour {
        var mixed = self
        mixed.red += (other.red - red) * share
        mixed.green += (other.green - green) * share
        mixed.blue += (other.blue - blue) * share
        return mixed
    }

    /// `#rrggbb`
    package var hexadecimal: String {
        "#" + [red, green, blue].map { String(format: "%02x", Int($0.rounded())) }.joined()
    }
}

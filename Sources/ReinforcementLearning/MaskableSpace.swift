import RandomNumbers

/// A space of which some elements may be forbidden for a while.
public protocol MaskableSpace: Space {
  /// How many entries a mask has.
  var maskCount: Int { get }

  /// Draws an element among those that a mask allows, each with the same probability.
  ///
  /// Equals Gymnasium's `Space.sample(mask)`, also in what is drawn where nothing is allowed.
  ///
  /// - Parameters:
  ///   - mask: `maskCount` entries.
  ///   - generator: The source of randomness.
  func sample(mask: [Bool], using generator: inout PCG64) -> Element

  /// Whether the mask allows an element at all.
  func hasElement(allowedBy mask: [Bool]) -> Bool
}

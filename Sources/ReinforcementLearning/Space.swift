import RandomNumbers

/// A set of actions or observations that can be tested for membership and sampled.
public protocol Space: Sendable, Equatable {
  associatedtype Element: Codable & Sendable

  /// Whether `element` belongs to the space.
  func contains(_ element: Element) -> Bool

  /// Draws an element as Gymnasium's `Space.sample()` does from the same generator state.
  func sample(using generator: inout PCG64) -> Element
}

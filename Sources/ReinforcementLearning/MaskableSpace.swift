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

  /// Whether the mask allows an element of the space.
  func allows(_ element: Element, by mask: [Bool]) -> Bool
}

extension Space {
  /// Whether a mask of actions, if there is one, is a part of observations with an entry for each action.
  ///
  /// - Parameters:
  ///   - mask: The scalars of an observation that are the mask.
  ///   - observationCount: How many scalars an observation has.
  public func accepts(mask: Range<Int>?, observationCount: Int) -> Bool {
    guard let mask else { return true }
    return mask.lowerBound >= 0 && mask.upperBound <= observationCount
      && mask.count == (self as? any MaskableSpace)?.maskCount
  }
}

extension Environment {
  /// Whether an observation allows an action; all are allowed where there is no mask.
  public func allows(_ action: Action, on observation: Observation) -> Bool {
    guard let actionMask, let space = actionSpace as? any MaskableSpace else { return true }
    func allows<S: MaskableSpace>(_ space: S) -> Bool {
      guard let action = action as? S.Element else { return true }
      return space.allows(action, by: observation.scalars[actionMask].map { $0 != 0 })
    }
    return allows(space)
  }
}

import ReinforcementLearning

/// The controller that Gymnasium ships with BipedalWalker: it stands on one leg, puts the other one
/// down in front, and pushes off. It has no sense of balance and falls sooner or later, always over
/// obstacles.
///
/// NumPy computes with single-precision observations in single precision, and so does this.
struct BipedalWalkerController {
  private enum Phase {
    case standing
    case reaching
    case pushing
  }

  private var phase = Phase.standing
  private var movingLeg = 0
  private var supportingKnee: Float = 0.1
  private var isFirst = true

  /// The angles that the joints of a leg should take; `nil` for one that is left alone.
  private struct Targets {
    var hip: Float?
    var knee: Float?
  }

  /// The action after an observation; zero in the first step of an episode.
  mutating func action(_ o: [Float]) -> [Float] {
    if isFirst {
      isFirst = false
      return [0, 0, 0, 0]
    }
    let targets = nextTargets(o)
    return (0..<2).flatMap { leg in
      let joints = o[(4 + 5 * leg)..<(8 + 5 * leg)].map { $0 }
      var hip = targets[leg].hip.map { 0.9 * ($0 - joints[0]) - 0.25 * joints[1] } ?? 0
      var knee = targets[leg].knee.map { 4 * ($0 - joints[2]) - 0.25 * joints[3] } ?? 0
      // The head is kept straight, and the height steady.
      hip -= 0.9 * (0 - o[0]) - 1.5 * o[1]
      knee -= 15 * o[3]
      return [hip, knee].map { min(max(0.5 * $0, -1), 1) }
    }
  }

  /// Advances the gait and returns what each leg should do.
  private mutating func nextTargets(_ o: [Float]) -> [Targets] {
    let speed: Float = 0.29
    let (moving, supporting) = (movingLeg, 1 - movingLeg)
    let movingJoints = 4 + 5 * moving
    let supportingJoints = 4 + 5 * supporting
    var targets = [Targets(), Targets()]
    if phase == .standing {
      targets[moving] = Targets(hip: 1.1, knee: -0.6)
      supportingKnee += 0.03
      if o[2] > speed { supportingKnee += 0.03 }
      supportingKnee = min(supportingKnee, 0.1)
      targets[supporting].knee = supportingKnee
      if o[supportingJoints] < 0.1 { phase = .reaching }
    }
    if phase == .reaching {
      targets[moving] = Targets(hip: 0.1, knee: 0.1)
      targets[supporting].knee = supportingKnee
      if o[movingJoints + 4] > 0 {
        phase = .pushing
        supportingKnee = min(o[movingJoints + 2], 0.1)
      }
    }
    if phase == .pushing {
      targets[moving].knee = supportingKnee
      targets[supporting].knee = 1
      if o[supportingJoints + 2] > 0.88 || o[2] > Float(1.2 * 0.29) {
        phase = .standing
        movingLeg = supporting
      }
    }
    return targets
  }
}

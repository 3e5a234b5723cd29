#if MuJoCo
  import MuJoCoEnvironments
  import RandomNumbers
  import ReinforcementLearning
  import State

  /// What the tests know of the environments on MuJoCo.
  protocol TestedEnvironment: DrawableEnvironment, Stateful, Sendable
  where Observation == [Float], ActionSpace == Box {
    static var specifications: [EnvironmentSpecification] { get }
    var exactObservation: [Double] { get }
    var generator: PCG64? { get }
    init()
  }

  extension InvertedPendulum: TestedEnvironment {}
  extension InvertedDoublePendulum: TestedEnvironment {}
  extension Hopper: TestedEnvironment {}
  extension HalfCheetah: TestedEnvironment {}

  /// One environment after the other, as an argument of a test.
  enum Subject: CaseIterable, Sendable {
    case invertedPendulum, invertedDoublePendulum, hopper, halfCheetah

    var environment: any TestedEnvironment {
      switch self {
      case .invertedPendulum: InvertedPendulum()
      case .invertedDoublePendulum: InvertedDoublePendulum()
      case .hopper: Hopper()
      case .halfCheetah: HalfCheetah()
      }
    }

    var specifications: [EnvironmentSpecification] {
      func specifications(of environment: some TestedEnvironment) -> [EnvironmentSpecification] {
        type(of: environment).specifications
      }
      return specifications(of: environment)
    }
  }

  extension TestedEnvironment {
    /// Takes actions drawn from the seed, goes on into new episodes, and returns all bits.
    mutating func play(steps: Int, seed: UInt64) -> [UInt64] {
      var actions = PCG64(seed: seed)
      var bits: [UInt64] = []
      for index in 0..<steps {
        let step = step(actionSpace.sample(using: &actions))
        bits += exactObservation.map(\.bitPattern) + [step.reward.bitPattern]
        if step.isLast || index % 20 == 19 {
          _ = reset()
          bits += exactObservation.map(\.bitPattern)
        }
      }
      return bits
    }
  }
#endif

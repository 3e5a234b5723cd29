import Autodiff
import Distributions
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

@testable import Agents

/// Small networks for observations of three scalars.
func smallSetting(
  actions: Int, form: ControlVariateForm = .valueAndRelaxation, activation: Activation = .tanh,
  adjust: (inout Hyperparameters) -> Void = { _ in }
) -> AgentSetting<Discrete> {
  var hyperparameters = Hyperparameters()
  hyperparameters.hiddenSizes = [5]
  hyperparameters.controlVariateHiddenSizes = [8]
  hyperparameters.controlVariateForm = form
  hyperparameters.activation = activation
  adjust(&hyperparameters)
  return AgentSetting(
    observationSpace: Box(low: -1, high: 1, count: 3), actionSpace: Discrete(actions),
    timeLimit: 10, hyperparameters: hyperparameters)
}

extension Module {
  /// Replaces every parameter by Gaussian draws of a standard deviation that depends on its name.
  mutating func randomize(
    using generator: inout PCG64, deviation: (String) -> Double = { _ in 1 }
  ) {
    visitParameters { name, parameter in
      let size = deviation(name)
      parameter.updateValues { values in
        for i in values.indices { values[i] = Float(size * generator.standardNormal()) }
      }
    }
  }
}

extension ControlVariateForm {
  /// The forms with a c(z, s) or V(s) that is fitted to the variance by its gradient.
  static let relaxed = allCases.filter { !$0.usesActionValue }

  /// Those of them whose estimate is a sum over steps that do not know each other.
  static let relaxedByStep = relaxed.filter { $0 != .relaxedTrajectory }
}

/// The value of what fails only by a programmer's mistake; that ends the test.
@discardableResult
func sound<Value>(_ value: () throws -> Value) -> Value {
  do {
    return try value()
  } catch {
    preconditionFailure("\(error)")
  }
}

extension RelaxedControlVariate {
  /// The values at relaxations of one of a few actions.
  func callAsFunction(_ states: Tensor, relaxation z: Tensor) -> Tensor {
    self(states, relaxation: z, soften: Categorical.soft)
  }
}

/// Rows with a 1 in the column of each action.
func oneHot(_ actions: [Int32], of count: Int) -> Tensor {
  Tensor(repeating: 1, shape: [actions.count]).scattered(toColumns: actions, of: count)
}

import Foundation
import NeuralNetworks
import Testing

@testable import Agents

@Suite struct HyperparametersTests {
  @Test func survivesJSON() throws {
    var some = Hyperparameters()
    some.hiddenSizes = [10, 12]
    some.activation = .elu
    some.observationScaling = .running
    some.optimizer = .rmsprop
    some.learningRate = 0.1
    some.learningRateSchedule = .linear
    some.maximumGradientNorm = 0.5
    some.controlVariateForm = .relaxation
    some.usesTime = false
    let data = try JSONEncoder().encode(some)
    #expect(try JSONDecoder().decode(Hyperparameters.self, from: data) == some)
    #expect(some != Hyperparameters())
    // Without a limit the key is left out.
    let plain = try JSONEncoder().encode(Hyperparameters())
    #expect(try JSONDecoder().decode(Hyperparameters.self, from: plain) == Hyperparameters())
  }

  /// The names that stand in configuration files and on the command line.
  @Test func namesAreFixed() {
    #expect(
      ControlVariateForm.allCases.map(\.rawValue) == [
        "value+relaxation", "relaxation", "value", "trajectory", "action-value",
        "relaxed-trajectory",
      ])
    #expect(ObservationScaling.allCases.map(\.rawValue) == ["none", "bounds", "running"])
    #expect(Activation.allCases.map(\.rawValue) == ["tanh", "relu", "elu"])
    #expect(OptimizerKind.allCases.map(\.rawValue) == ["adam", "rmsprop", "sgd"])
    #expect(LearningRateSchedule.allCases.map(\.rawValue) == ["constant", "linear"])
  }
}

import Agents
import Autodiff
import Box2DEnvironments
import ClassicControl
import DiscreteVAE
import Dispatch
import EstimatorComparison
import GradientEstimators
import NeuralNetworks
import RandomNumbers
import ReinforcementLearning

/// Something that is timed: `run` returns how many steps it took.
struct Workload {
  let name: String
  let run: () -> Int
}

/// Steps with random actions, resetting at the end of each episode.
@inline(never)
func stepAtRandom<E: Environment>(_ environment: inout E, steps: Int) -> Int {
  let space = environment.actionSpace
  var generator = PCG64(seed: 1)
  // Drawn beforehand: it is the environment that is timed.
  let drawn = (0..<4096).map { _ in space.sample(using: &generator) }
  _ = environment.reset(seed: 0)
  for index in 0..<steps where environment.step(drawn[index & 4095]).isLast {
    _ = environment.reset()
  }
  return steps
}

/// Steps a batch of 64 with random actions; finished episodes restart by themselves.
@inline(never)
func stepBatchAtRandom<E: Environment>(steps: Int, make: () -> E) -> Int
where E.ActionSpace == Discrete {
  var batch = VectorEnvironment(count: 64, autoreset: .sameStep, make: make)
  let count = batch.environments[0].actionSpace.count
  var actions = PCG64(seed: 1)
  let drawn = (0..<64).map { _ in (0..<64).map { _ in actions.integers(0, count) } }
  batch.reset(seed: 0)
  for index in 0..<(steps / 64) { batch.step(drawn[index & 63]) }
  return steps
}

/// Runs a workload on two threads at once and returns the steps of both.
func onTwoCores(_ run: @escaping @Sendable () -> Int) -> Int {
  let threads = DispatchGroup()
  DispatchQueue.global().async(group: threads) { _ = run() }
  let steps = run()
  threads.wait()
  return 2 * steps
}

/// Steps of eight products and sums that never leave the registers: how much two cores are more than one
/// on this machine, where nothing waits for memory. Cores that are two threads of one do not give twice.
@inline(never)
func multiplyInRegisters(steps: Int) -> Int {
  var (a, b, c, d) = (1.0, 1.1, 1.2, 1.3)
  var (e, f, g, h) = (1.4, 1.5, 1.6, 1.7)
  for _ in 0..<steps {
    (a, b, c, d) = (a * 0.999 + 1, b * 0.999 + 1, c * 0.999 + 1, d * 0.999 + 1)
    (e, f, g, h) = (e * 0.999 + 1, f * 0.999 + 1, g * 0.999 + 1, h * 0.999 + 1)
  }
  precondition((a + b + c + d + e + f + g + h).isFinite, "The sums must be finite.")
  return steps
}

/// One episode a batch, 64-64 tanh nets, one step of the control variate an episode: the work of
/// the side-by-side comparison with other libraries.
func trainOneToOne<E: Environment<Discrete>>(
  _ algorithm: String, in environment: E, timeLimit: Int, episodes: Int, learningRate: Double,
  returnScale: Double
) -> Int {
  var environment = TimeLimit(environment, maxEpisodeSteps: timeLimit)
  var hyperparameters = Hyperparameters()
  hyperparameters.observationScaling = .none
  hyperparameters.entropyCoefficient = 0
  hyperparameters.usesTime = false
  hyperparameters.windowEpisodes = 1
  hyperparameters.valueSteps = 1
  hyperparameters.valueBatchSize = timeLimit
  hyperparameters.controlVariateForm = .relaxation
  hyperparameters.learningRate = learningRate
  hyperparameters.valueLearningRate = learningRate
  hyperparameters.controlVariateLearningRate = learningRate
  hyperparameters.returnScale = returnScale
  let setting = AgentSetting(
    observationSpace: environment.observationSpace, actionSpace: environment.actionSpace,
    timeLimit: timeLimit, hyperparameters: hyperparameters)
  var streams = RandomStreams(seed: 0)
  let plan = TrainingPlan(episodes: episodes, seed: 0)
  if algorithm == "relax" {
    var agent = RELAXAgent<CategoricalPolicy>(setting, using: &streams.initialization)
    return steps { try train(&agent, in: &environment, plan: plan).steps }
  }
  var agent = A2CAgent<CategoricalPolicy>(setting, using: &streams.initialization)
  return steps { try train(&agent, in: &environment, plan: plan).steps }
}

/// The number of steps that `body` has taken; a benchmark that fails says why.
func steps(_ body: () throws -> Int) -> Int {
  do {
    return try body()
  } catch {
    preconditionFailure("\(error)")
  }
}

/// Steps of θ and φ on a toy problem, one sample each.
func trainToy<E: GradientEstimator>(_ problem: ToyProblem, by type: E.Type, steps count: Int) -> Int
{
  steps {
    var generator = PCG64(seed: 0)
    var estimator = type.init(
      EstimatorSetting(sampleWidth: problem.sampleWidth, hiddenSizes: [64]), using: &generator)
    var theta = Parameters(values: problem.start)
    var (optimizer, adaptation) = (Adam(), Adam())
    for _ in 0..<count {
      let variables = estimator.asVariables()
      let estimate = try variables.estimate(
        EstimationProblem(
          distribution: problem.distribution(theta.values), objective: problem.objective),
        using: &generator)
      optimizer.update(&theta, along: [estimate.gradient.detached()], learningRate: 0.01)
      if let loss = variables.adaptationLoss(of: estimate) {
        adaptation.update(
          &estimator, along: gradients(of: loss, withRespectTo: variables.parameters),
          learningRate: 0.01)
      }
      estimator.observe(estimate)
    }
    return count
  }
}

/// θ as something that optimisers move.
private struct Parameters: Module {
  var values: Tensor

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    visit("theta", &values)
  }
}

/// Training steps of a 784-200-784 affine autoencoder.
func trainAutoencoder<E: GradientEstimator>(
  _ estimator: E.Type, steps: Int, batch: Int = 24
) -> Int {
  var generator = PCG64(seed: 0)
  let images = (0..<100).map { _ in
    let pixels = generator.openUniforms(count: batch * 784).map { $0 < 0.2 ? Float(1) : 0 }
    return Tensor(pixels, shape: [batch, 784])
  }
  let model = BernoulliVAE(
    .linear1, pixelMeans: [Float](repeating: 0.2, count: 784), using: &generator)
  let estimators = LayerEstimators(
    estimator, for: model, hiddenSizes: [200], using: &generator)
  var training = VAETraining(
    model: model, estimators: estimators, learningRate: 0.001, adaptationRate: 0.001)
  for step in 0..<steps {
    guard (try? training.step(on: images[step % 100], using: &generator)) != nil else { return 0 }
  }
  return steps
}

@MainActor let workloads = [
  Workload(name: "CartPole stepping, auto-reset") {
    var environment = TimeLimit(CartPole(), maxEpisodeSteps: 500)
    return stepAtRandom(&environment, steps: 20_000_000)
  },
  Workload(name: "Acrobot stepping, auto-reset") {
    var environment = TimeLimit(Acrobot(), maxEpisodeSteps: 500)
    return stepAtRandom(&environment, steps: 1_000_000)
  },
  Workload(name: "MountainCar stepping, auto-reset") {
    var environment = TimeLimit(MountainCar(), maxEpisodeSteps: 200)
    return stepAtRandom(&environment, steps: 20_000_000)
  },
  Workload(name: "MountainCarContinuous stepping, auto-reset") {
    var environment = TimeLimit(MountainCarContinuous(), maxEpisodeSteps: 999)
    return stepAtRandom(&environment, steps: 10_000_000)
  },
  Workload(name: "Pendulum stepping, auto-reset") {
    var environment = TimeLimit(Pendulum(), maxEpisodeSteps: 200)
    return stepAtRandom(&environment, steps: 2_000_000)
  },
  Workload(name: "CartPole stepping, batch of 64") {
    stepBatchAtRandom(steps: 20_000_000) { TimeLimit(CartPole(), maxEpisodeSteps: 500) }
  },
  Workload(name: "CartPole stepping, batches of 64 on two cores") {
    onTwoCores {
      stepBatchAtRandom(steps: 20_000_000) { TimeLimit(CartPole(), maxEpisodeSteps: 500) }
    }
  },
  Workload(name: "LunarLander stepping, batch of 64") {
    stepBatchAtRandom(steps: 500_000) { TimeLimit(LunarLander(), maxEpisodeSteps: 1000) }
  },
  Workload(name: "LunarLander stepping, batches of 64 on two cores") {
    onTwoCores {
      stepBatchAtRandom(steps: 500_000) { TimeLimit(LunarLander(), maxEpisodeSteps: 1000) }
    }
  },
  Workload(name: "LunarLander stepping, auto-reset") {
    var environment = TimeLimit(LunarLander(), maxEpisodeSteps: 1000)
    return stepAtRandom(&environment, steps: 200_000)
  },
  Workload(name: "arithmetic in registers") { multiplyInRegisters(steps: 300_000_000) },
  Workload(name: "arithmetic in registers on two cores") {
    onTwoCores { multiplyInRegisters(steps: 300_000_000) }
  },
  Workload(name: "CartPole-v1 A2C, 250 episodes") {
    trainOneToOne(
      "a2c", in: CartPole(), timeLimit: 500, episodes: 250, learningRate: 0.003, returnScale: 1)
  },
  Workload(name: "CartPole-v1 RELAX, 250 episodes") {
    trainOneToOne(
      "relax", in: CartPole(), timeLimit: 500, episodes: 250, learningRate: 0.003, returnScale: 1)
  },
  Workload(name: "LunarLander A2C, 200 episodes") {
    trainOneToOne(
      "a2c", in: LunarLander(), timeLimit: 1000, episodes: 200, learningRate: 0.002,
      returnScale: 100)
  },
  Workload(name: "LunarLander RELAX, 200 episodes") {
    trainOneToOne(
      "relax", in: LunarLander(), timeLimit: 1000, episodes: 200, learningRate: 0.002,
      returnScale: 100)
  },
  Workload(name: "RELAX step, 200 Bernoullis") {
    trainToy(.chain(dimensions: 200), by: RELAX.self, steps: 20_000)
  },
  Workload(name: "VAE step, relaxed-rebar") { trainAutoencoder(RelaxedREBAR.self, steps: 2000) },
  Workload(name: "VAE step, relaxed-rebar, batch 100") {
    trainAutoencoder(RelaxedREBAR.self, steps: 500, batch: 100)
  },
  Workload(name: "VAE step, rebar") { trainAutoencoder(REBAR.self, steps: 2000) },
  Workload(name: "VAE step, disarm") { trainAutoencoder(DisARM.self, steps: 2000) },
  Workload(name: "product of 24 x 784 and 784 x 200") {
    let (rows, weights) = (Tensor.zeros([24, 784]) + 1, Tensor.zeros([784, 200]) + 1)
    for _ in 0..<20_000 { _ = rows.matrixProduct(weights) }
    return 20_000
  },
]

import DiscreteVAE
import Foundation
import GradientEstimators
import ImageData
import Testing

@testable import AutoencoderCommands

@Suite struct AutoencoderConfigurationTests {
  @Test func presetsAreValid() throws {
    let presets = AutoencoderConfiguration.presets
    #expect(presets.map(\.name) == ["default", "paper"])
    for preset in presets { try preset.configuration.validate() }
    let paper = presets[1].configuration
    #expect(paper.steps == 2_000_000 && paper.hiddenSizes == [200, 200, 200, 200])
    // E[(g / B)²] with weight decay w has the minimum of E[g²] with w · B².
    #expect(abs(paper.cvWeightDecay - 0.001 * Double(paper.batch * paper.batch)) < 1e-12)
  }

  @Test(arguments: [
    "latents=0", "latents=10001", "hidden=0", "hidden=10001", "batch=0", "batch=100001", "steps=0",
    "steps=1000000001",
    "pretrain-steps=-1", "pretrain-steps=1000000001", "learning-rate=0", "learning-rate=1.1",
    "learning-rate=nan", "cv-learning-rate=-1", "cv-learning-rate=inf", "cv-depth=-1",
    "cv-depth=17", "cv-width=0", "cv-width=10001", "cv-weight-decay=-1", "cv-weight-decay=nan",
    "cv-weight-decay=inf", "temperature=0", "temperature=101", "temperature=nan", "samples=1",
    "samples=1001", "eval-every=0", "checkpoint-every=0", "variance-every=-5000",
    "variance-every=1",
  ])
  func wrongNumbersAreRefused(setting: String) throws {
    let options = try AutoencoderOptions.parse(["--" + setting])
    let message = usageMessage { _ = try options.configuration() }
    #expect(message?.hasPrefix("--\(setting.prefix { $0 != "=" }) is ") == true)
    #expect(message?.contains("; it must be ") == true)
  }

  @Test(arguments: [
    "latents=1", "latents=10000", "hidden=1", "batch=1", "steps=1", "pretrain-steps=0",
    "learning-rate=1",
    "cv-depth=0", "cv-depth=16", "cv-weight-decay=0", "temperature=100", "samples=2",
    "samples=1000", "variance-every=10000", "seed=18446744073709551615",
  ])
  func boundsThemselvesAreAccepted(setting: String) throws {
    _ = try AutoencoderOptions.parse(["--" + setting]).configuration()
    _ = try AutoencoderOptions.parse(["--estimator", "exact", "--latents", "12"]).configuration()
  }

  @Test func estimatorsNeedAFormForBernoullis() throws {
    for type in EstimatorRegistry.all {
      var configuration = AutoencoderConfiguration()
      configuration.latents = 4
      configuration.estimator = type.traits.name
      if type.traits.supports.contains(.bernoulli) {
        try configuration.validate()
        #expect(try configuration.estimatorType() == type)
      } else {
        let message = usageMessage { try configuration.validate() }
        #expect(
          message?.hasPrefix("\(type.traits.name) has no form for Bernoulli latents; ") == true)
        #expect(message?.contains("relaxed-rebar") == true)
      }
    }
    #expect(!bernoulliEstimators.contains("lax"))
    #expect(!bernoulliEstimators.contains("reparameterization"))
    let message = usageMessage {
      _ = try AutoencoderConfiguration.estimatorType(named: "relux")
    }
    #expect(message?.hasPrefix("There is no estimator \"relux\"; choose --estimator from ") == true)
    #expect(message?.contains(" lax,") == false)
  }

  @Test func exactTakesFewLatents() {
    var configuration = AutoencoderConfiguration()
    configuration.estimator = "exact"
    configuration.latents = 13
    let message = usageMessage { try configuration.validate() }
    #expect(message?.contains("--latents 12 or fewer") == true)
  }

  @Test func jsonKeepsEverySetting() throws {
    var configuration = AutoencoderConfiguration()
    configuration.model = .nonlinearPublished
    configuration.data = "a folder/ünïcode \"quoted\""
    configuration.binarize = .dynamic
    configuration.seed = .max
    configuration.hidden = 7
    configuration.learningRate = 0.1 + 0.2
    configuration.cvWeightDecay = 1e-300
    for configuration in [configuration] + AutoencoderConfiguration.presets.map(\.configuration) {
      let data = configuration.encoded()
      let decoded = try JSONDecoder().decode(AutoencoderConfiguration.self, from: data)
      #expect(decoded == configuration)
      #expect(decoded.encoded() == data)
      #expect(data.last == UInt8(ascii: "\n"))
    }
    let object = try JSONSerialization.jsonObject(with: configuration.encoded()) as? [String: Any]
    #expect(object?.count == 20, "a new setting belongs into this test")
  }

  @Test func depthIsANumberOfLayers() {
    var configuration = AutoencoderConfiguration()
    configuration.cvWidth = 7
    #expect(configuration.hiddenSizes == [7])
    configuration.cvDepth = 0
    #expect(configuration.hiddenSizes == [])
  }
}

// swift-tools-version: 6.2
import PackageDescription

/// A library target, by default under `Sources/<name>`.
func library(_ name: String, path: String? = nil, dependencies: [Target.Dependency] = []) -> Target
{
  .target(name: name, dependencies: dependencies, path: path ?? "Sources/\(name)")
}

/// The test target that mirrors the module `name`; its fixtures, if any, lie in `Fixtures`.
func tests(
  of name: String, dependencies: [Target.Dependency] = [], fixtures: Bool = false
) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.byName(name: name), "TestSupport"] + dependencies,
    path: "Tests/\(name)Tests",
    resources: fixtures ? [.copy("Fixtures")] : [])
}

let package = Package(
  name: "swift-relax",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Autodiff", targets: ["Autodiff"]),
    .library(name: "NeuralNetworks", targets: ["NeuralNetworks"]),
    .library(name: "Distributions", targets: ["Distributions"]),
    .library(name: "GradientEstimators", targets: ["GradientEstimators"]),
    .library(name: "DiscreteVAE", targets: ["DiscreteVAE"]),
    .library(name: "RandomNumbers", targets: ["RandomNumbers"]),
    .library(name: "ReinforcementLearning", targets: ["ReinforcementLearning"]),
    .library(name: "ClassicControl", targets: ["ClassicControl"]),
    .library(name: "Box2DEnvironments", targets: ["Box2DEnvironments"]),
    .library(name: "Agents", targets: ["Agents"]),
    .library(name: "ExperimentLogging", targets: ["ExperimentLogging"]),
    .library(name: "Checkpoints", targets: ["Checkpoints"]),
    .library(name: "Rendering", targets: ["Rendering"]),
    .library(name: "ImageData", targets: ["ImageData"]),
    .library(name: "DataDownload", targets: ["DataDownload"]),
    .library(name: "EstimatorComparison", targets: ["EstimatorComparison"]),
    .library(name: "TrainingCommands", targets: ["TrainingCommands"]),
    .executable(name: "train-agent", targets: ["train-agent"]),
    .executable(name: "train-vae", targets: ["train-vae"]),
    .executable(name: "compare-estimators", targets: ["compare-estimators"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // MARK: Mathematics

    .systemLibrary(
      name: "COpenBLAS", path: "Sources/COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .target(name: "CVectorMath", path: "Sources/CVectorMath"),
    library("Parallelism"),
    library("RandomNumbers"),
    library("Autodiff", dependencies: ["COpenBLAS", "CVectorMath"]),
    library("NeuralNetworks", dependencies: ["Autodiff", "RandomNumbers", "CVectorMath"]),
    library("Distributions", dependencies: ["Autodiff", "RandomNumbers", "CVectorMath"]),

    library(
      "GradientEstimators",
      dependencies: [
        "Autodiff", "Distributions", "NeuralNetworks", "Parallelism", "RandomNumbers",
      ]),

    library(
      "DiscreteVAE",
      dependencies: [
        "Autodiff", "Distributions", "GradientEstimators", "NeuralNetworks", "RandomNumbers",
      ]),

    // MARK: Environments

    library("ReinforcementLearning", dependencies: ["RandomNumbers"]),
    library(
      "ClassicControl", path: "Environments/ClassicControl",
      dependencies: ["ReinforcementLearning", "RandomNumbers"]),
    .target(
      name: "CBox2D", path: "Environments/CBox2D", linkerSettings: [.linkedLibrary("box2d")]),
    .target(
      name: "CRigidBodies", path: "Environments/CRigidBodies",
      linkerSettings: [.linkedLibrary("box2d")]),
    library(
      "Box2DEnvironments", path: "Environments/Box2DEnvironments",
      dependencies: ["CBox2D", "CRigidBodies", "ReinforcementLearning", "RandomNumbers"]),

    // MARK: Agents

    library(
      "Agents", path: "Agents",
      dependencies: [
        "Autodiff", "NeuralNetworks", "Distributions", "GradientEstimators", "RandomNumbers",
        "ReinforcementLearning",
      ]),

    // MARK: Programs

    library("ExperimentLogging"),
    library("Checkpoints"),
    .systemLibrary(
      name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    library("ImageData", dependencies: ["CZlib", "Checkpoints", "RandomNumbers"]),
    .systemLibrary(
      name: "CCrypto", path: "Sources/CCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),
    library("DataDownload", dependencies: ["CCrypto", "Checkpoints", "ImageData"]),
    .systemLibrary(
      name: "CCairo", path: "Sources/CCairo", pkgConfig: "cairo",
      providers: [.apt(["libcairo2-dev"]), .brew(["cairo"])]),
    library("Rendering", dependencies: ["CCairo", "Checkpoints", "ExperimentLogging"]),
    library(
      "TrainingCommands",
      dependencies: [
        "Agents", "Autodiff", "ClassicControl", "Box2DEnvironments", "Checkpoints",
        "ExperimentLogging", "NeuralNetworks", "Parallelism", "RandomNumbers",
        "ReinforcementLearning", "Rendering",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "train-agent", dependencies: ["TrainingCommands"], path: "Sources/train-agent"),
    library(
      "EstimatorComparison",
      dependencies: [
        "Autodiff", "Checkpoints", "Distributions", "ExperimentLogging", "GradientEstimators",
        "NeuralNetworks", "Parallelism", "RandomNumbers", "ReinforcementLearning", "Rendering",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "compare-estimators", dependencies: ["EstimatorComparison"],
      path: "Sources/compare-estimators"),

    library(
      "AutoencoderCommands",
      dependencies: [
        "Autodiff", "Checkpoints", "DataDownload", "DiscreteVAE", "ExperimentLogging",
        "GradientEstimators", "ImageData", "NeuralNetworks", "Parallelism", "RandomNumbers",
        "Rendering",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "train-vae", dependencies: ["AutoencoderCommands"], path: "Sources/train-vae"),

    // MARK: Tests

    .target(
      name: "TestSupport", dependencies: ["Autodiff", "GradientEstimators", "RandomNumbers"],
      path: "Tests/TestSupport"),
    tests(of: "RandomNumbers", fixtures: true),
    tests(of: "CVectorMath"),
    tests(of: "Autodiff"),
    tests(of: "NeuralNetworks", dependencies: ["Autodiff", "RandomNumbers"]),
    tests(of: "Parallelism"),
    tests(of: "Distributions", dependencies: ["Autodiff", "GradientEstimators", "RandomNumbers"]),
    tests(
      of: "GradientEstimators",
      dependencies: ["Autodiff", "Distributions", "NeuralNetworks", "RandomNumbers"]),
    tests(
      of: "DiscreteVAE",
      dependencies: [
        "Autodiff", "Distributions", "GradientEstimators", "NeuralNetworks", "RandomNumbers",
      ]),
    tests(of: "ReinforcementLearning", dependencies: ["RandomNumbers"]),
    tests(
      of: "ClassicControl", dependencies: ["ReinforcementLearning", "RandomNumbers"],
      fixtures: true),
    tests(
      of: "Box2DEnvironments", dependencies: ["ReinforcementLearning", "RandomNumbers"],
      fixtures: true),
    tests(
      of: "Agents",
      dependencies: [
        "Autodiff", "NeuralNetworks", "Distributions", "GradientEstimators", "RandomNumbers",
        "ReinforcementLearning", "ClassicControl",
      ]),
    tests(of: "ExperimentLogging"),
    tests(of: "Checkpoints", fixtures: true),
    tests(of: "ImageData", dependencies: ["CZlib", "Checkpoints", "RandomNumbers"]),
    tests(of: "DataDownload", dependencies: ["ImageData"]),
    tests(of: "Rendering", dependencies: ["CCairo"]),
    tests(
      of: "EstimatorComparison",
      dependencies: [
        "Autodiff", "ExperimentLogging", "GradientEstimators", "RandomNumbers",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    tests(
      of: "TrainingCommands",
      dependencies: [
        "Agents", "Checkpoints", "ClassicControl", "RandomNumbers", "ReinforcementLearning",
      ]),
    tests(
      of: "AutoencoderCommands",
      dependencies: [
        "Autodiff", "Checkpoints", "DiscreteVAE", "ExperimentLogging", "GradientEstimators",
        "ImageData", "RandomNumbers",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ],
  cxxLanguageStandard: .cxx17
)

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

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

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
    .library(name: "Statistics", targets: ["Statistics"]),
    .library(name: "State", targets: ["State"]),
    .library(name: "Files", targets: ["Files"]),
    .library(name: "ReinforcementLearning", targets: ["ReinforcementLearning"]),
    .library(name: "ClassicControl", targets: ["ClassicControl"]),
    .library(name: "BanditEnvironments", targets: ["BanditEnvironments"]),
    .library(name: "Box2DEnvironments", targets: ["Box2DEnvironments"]),
    .library(name: "MuJoCoEnvironments", targets: ["MuJoCoEnvironments"]),
    .library(name: "Agents", targets: ["Agents"]),
    .library(name: "SavedAgents", targets: ["SavedAgents"]),
    .library(name: "Experiments", targets: ["Experiments"]),
    .library(name: "ExperimentCommands", targets: ["ExperimentCommands"]),
    .library(name: "AgentExperiments", targets: ["AgentExperiments"]),
    .library(name: "Rendering", targets: ["Rendering"]),
    .library(name: "Pages", targets: ["Pages"]),
    .library(name: "Recordings", targets: ["Recordings"]),
    .library(name: "Images", targets: ["Images"]),
    .library(name: "EstimatorComparison", targets: ["EstimatorComparison"]),
    .library(name: "TrainingCommands", targets: ["TrainingCommands"]),
    .executable(name: "train-agent", targets: ["train-agent"]),
    .executable(name: "train-vae", targets: ["train-vae"]),
    .executable(name: "compare-estimators", targets: ["compare-estimators"]),
  ],
  traits: [
    .trait(
      name: "MPI",
      description: "Jobs of several processes over Open MPI, which Scripts/setup --mpi installs."),
    .trait(
      name: "MuJoCo",
      description: "Environments on MuJoCo 2.2, which Scripts/setup --mujoco installs."),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swhitty/FlyingFox", .upToNextMinor(from: "0.27.1")),
  ],
  targets: [
    // MARK: Mathematics

    .systemLibrary(
      name: "COpenBLAS", path: "Sources/COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .target(
      name: "CVectorMath", path: "Sources/CVectorMath",
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    library("Parallelism"),
    library("RandomNumbers"),
    library("Statistics", dependencies: ["RandomNumbers"]),
    library("State"),
    .systemLibrary(
      name: "CMPI", path: "Sources/CMPI", providers: [.apt(["libopenmpi-dev"])]),
    // Without the trait every process is alone, and nobody needs Open MPI.
    library(
      "ManyMachines",
      dependencies: [
        .target(name: "CMPI", condition: .when(traits: ["MPI"])), "Parallelism", "State",
      ]),
    library("Autodiff", dependencies: ["COpenBLAS", "CVectorMath"]),
    library(
      "NeuralNetworks",
      dependencies: [
        "Autodiff", "CVectorMath", "ManyMachines", "Parallelism", "RandomNumbers", "State",
      ]),
    library("Distributions", dependencies: ["Autodiff", "RandomNumbers", "CVectorMath"]),
    library(
      "GradientEstimators",
      dependencies: [
        "Autodiff", "Distributions", "NeuralNetworks", "Parallelism", "RandomNumbers", "State",
        "Statistics",
      ]),
    library(
      "DiscreteVAE",
      dependencies: [
        "Autodiff", "Distributions", "GradientEstimators", "ManyMachines", "NeuralNetworks",
        "Parallelism", "RandomNumbers", "State", "Statistics",
      ]),

    // MARK: Environments

    library(
      "ReinforcementLearning",
      dependencies: ["ManyMachines", "Parallelism", "RandomNumbers", "State", "Statistics"]),
    .target(name: "CCartPole", path: "Environments/CCartPole"),
    library(
      "ClassicControl", path: "Environments/ClassicControl",
      dependencies: [
        "CCartPole", "CVectorMath", "ReinforcementLearning", "RandomNumbers", "State",
      ]),
    library(
      "BanditEnvironments", path: "Environments/BanditEnvironments",
      dependencies: ["ReinforcementLearning", "RandomNumbers", "State"]),
    .target(
      name: "CBox2D", path: "Environments/CBox2D", linkerSettings: [.linkedLibrary("box2d")]),
    .target(
      name: "CRigidBodies", path: "Environments/CRigidBodies",
      linkerSettings: [.linkedLibrary("box2d")]),
    library(
      "Box2DEnvironments", path: "Environments/Box2DEnvironments",
      dependencies: [
        "CBox2D", "CRigidBodies", "ReinforcementLearning", "RandomNumbers", "State",
      ]),
    .systemLibrary(
      name: "CMuJoCo", path: "Environments/CMuJoCo", providers: [.apt(["libmujoco-dev"])]),
    // Empty without the trait, so that nobody else needs MuJoCo.
    library(
      "MuJoCoEnvironments", path: "Environments/MuJoCoEnvironments",
      dependencies: [
        .target(name: "CMuJoCo", condition: .when(traits: ["MuJoCo"])), "ReinforcementLearning",
        "RandomNumbers", "State",
      ]),

    // MARK: Agents

    library(
      "Agents", path: "Agents",
      dependencies: [
        "Autodiff", "NeuralNetworks", "Distributions", "GradientEstimators", "ManyMachines",
        "Parallelism", "RandomNumbers", "ReinforcementLearning", "State", "Statistics",
      ]),
    library(
      "SavedAgents",
      dependencies: [
        "Agents", "Autodiff", "Files", "NeuralNetworks", "RandomNumbers",
        "ReinforcementLearning", "State",
      ]),

    // MARK: Experiments

    library("Files", dependencies: ["State"]),
    library(
      "Experiments", dependencies: ["Files", "ManyMachines", "Parallelism", "State", "Statistics"]),
    .systemLibrary(
      name: "CCairo", path: "Sources/CCairo", pkgConfig: "cairo",
      providers: [.apt(["libcairo2-dev"]), .brew(["cairo"])]),
    .systemLibrary(
      name: "CGIF", path: "Sources/CGIF", pkgConfig: "libgif",
      providers: [.apt(["libgif-dev"]), .brew(["giflib"])]),
    library("Rendering", dependencies: ["CCairo", "CGIF", "Files", "State", "Statistics"]),
    .target(
      name: "Pages", dependencies: ["Files", "Rendering", "State"], path: "Sources/Pages",
      resources: [.embedInCode("Resources")]),
    library(
      "Recordings",
      dependencies: ["Files", "Pages", "ReinforcementLearning", "Rendering", "State", "Statistics"]
    ),
    .target(
      name: "Dashboard",
      dependencies: [
        "Experiments", "Files", "Pages", "Rendering", "State", "Statistics",
        .product(name: "FlyingFox", package: "FlyingFox"),
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ],
      path: "Sources/Dashboard", resources: [.embedInCode("Resources")]),
    library(
      "ExperimentCommands",
      dependencies: [
        "Dashboard", "Experiments", "Files", "ManyMachines", "Pages", "Parallelism", "Rendering",
        "State", "Statistics", argumentParser,
      ]),
    library(
      "AgentExperiments",
      dependencies: [
        "Agents", "Experiments", "Files", "NeuralNetworks", "Parallelism", "RandomNumbers",
        "ReinforcementLearning", "SavedAgents", "State", "Statistics",
      ]),

    // MARK: Programs

    library(
      "TrainingCommands",
      dependencies: [
        "AgentExperiments", "Agents", "Autodiff", "BanditEnvironments", "Box2DEnvironments",
        "ClassicControl", "ExperimentCommands", "Experiments", "Files", "NeuralNetworks",
        "Pages", "Parallelism", "RandomNumbers", "Recordings", "ReinforcementLearning", "Rendering",
        "SavedAgents", "State", "Statistics", argumentParser,
        .target(name: "MuJoCoEnvironments", condition: .when(traits: ["MuJoCo"])),
      ]),
    .executableTarget(
      name: "train-agent", dependencies: ["TrainingCommands"], path: "Sources/train-agent"),

    library(
      "EstimatorComparison",
      dependencies: [
        "Autodiff", "Distributions", "ExperimentCommands", "Experiments", "Files",
        "GradientEstimators", "NeuralNetworks", "Parallelism", "RandomNumbers", "Rendering",
        "State", "Statistics", argumentParser,
      ]),
    .executableTarget(
      name: "compare-estimators", dependencies: ["EstimatorComparison", "ExperimentCommands"],
      path: "Sources/compare-estimators"),

    .systemLibrary(
      name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CCrypto", path: "Sources/CCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),
    library("Images", dependencies: ["CCrypto", "CZlib", "Files", "RandomNumbers", "State"]),
    library(
      "AutoencoderCommands",
      dependencies: [
        "Autodiff", "DiscreteVAE", "ExperimentCommands", "Experiments", "Files",
        "GradientEstimators", "Images", "NeuralNetworks", "Parallelism", "RandomNumbers",
        "Rendering", "State", "Statistics", argumentParser,
      ]),
    .executableTarget(
      name: "train-vae", dependencies: ["AutoencoderCommands"], path: "Sources/train-vae"),

    // MARK: Tests

    .target(
      name: "TestSupport",
      dependencies: ["Autodiff", "GradientEstimators", "RandomNumbers", "ReinforcementLearning"],
      path: "Tests/TestSupport"),
    tests(of: "RandomNumbers", fixtures: true),
    tests(of: "State", dependencies: ["RandomNumbers"]),
    tests(of: "Statistics", dependencies: ["RandomNumbers"]),
    tests(of: "CVectorMath"),
    tests(of: "Autodiff", dependencies: ["COpenBLAS"]),
    tests(
      of: "NeuralNetworks",
      dependencies: ["Autodiff", "Files", "Parallelism", "RandomNumbers", "State"]),
    tests(of: "Parallelism"),
    tests(of: "ManyMachines", dependencies: ["Parallelism", "State"]),
    tests(of: "Distributions", dependencies: ["Autodiff", "GradientEstimators", "RandomNumbers"]),
    tests(
      of: "GradientEstimators",
      dependencies: [
        "Autodiff", "Distributions", "NeuralNetworks", "RandomNumbers", "State", "Statistics",
      ]),
    tests(
      of: "DiscreteVAE",
      dependencies: [
        "Autodiff", "Distributions", "Files", "GradientEstimators", "NeuralNetworks",
        "Parallelism", "RandomNumbers", "State",
      ]),
    tests(
      of: "ReinforcementLearning",
      dependencies: ["Files", "Parallelism", "RandomNumbers", "State", "Statistics"]),
    tests(
      of: "ClassicControl",
      dependencies: ["CCartPole", "ReinforcementLearning", "RandomNumbers", "State"],
      fixtures: true),
    tests(
      of: "BanditEnvironments", dependencies: ["ReinforcementLearning", "RandomNumbers", "State"]),
    tests(
      of: "Box2DEnvironments", dependencies: ["ReinforcementLearning", "RandomNumbers", "State"],
      fixtures: true),
    tests(
      of: "MuJoCoEnvironments",
      dependencies: ["ReinforcementLearning", "RandomNumbers", "State"], fixtures: true),
    tests(
      of: "Agents",
      dependencies: [
        "Autodiff", "NeuralNetworks", "Distributions", "Files", "GradientEstimators", "Parallelism",
        "RandomNumbers", "ReinforcementLearning", "ClassicControl", "State",
      ],
      fixtures: true),
    tests(of: "Files", dependencies: ["State"], fixtures: true),
    tests(of: "Experiments", dependencies: ["Files", "State", "Statistics"]),
    tests(
      of: "Dashboard",
      dependencies: [
        "Experiments", "Files", "Pages", "State",
        .product(name: "FlyingFox", package: "FlyingFox"),
      ]),
    tests(
      of: "ExperimentCommands", dependencies: ["Experiments", "Files", "RandomNumbers", "State"]),
    tests(
      of: "AgentExperiments",
      dependencies: [
        "Agents", "Autodiff", "Box2DEnvironments", "ClassicControl", "Experiments", "Files",
        "NeuralNetworks", "Parallelism", "RandomNumbers", "ReinforcementLearning", "SavedAgents",
        "State",
      ], fixtures: true),
    tests(of: "Images", dependencies: ["CZlib", "Files", "RandomNumbers", "State"]),
    tests(of: "Rendering", dependencies: ["CCairo", "CGIF", "Files", "State"]),
    tests(of: "Pages", dependencies: ["Files", "Rendering", "State"]),
    tests(
      of: "Recordings",
      dependencies: [
        "Box2DEnvironments", "ClassicControl", "Files", "RandomNumbers", "ReinforcementLearning",
        "Rendering", "State",
      ]),
    tests(
      of: "EstimatorComparison",
      dependencies: [
        "Autodiff", "ExperimentCommands", "Experiments", "Files", "GradientEstimators",
        "RandomNumbers", "State",
      ]),
    tests(
      of: "TrainingCommands",
      dependencies: [
        "AgentExperiments", "Agents", "ClassicControl", "ExperimentCommands", "Experiments",
        "Files", "GradientEstimators", "RandomNumbers", "ReinforcementLearning", "Rendering",
        "SavedAgents", "State",
      ]),
    tests(
      of: "AutoencoderCommands",
      dependencies: [
        "Autodiff", "DiscreteVAE", "ExperimentCommands", "Experiments", "Files",
        "GradientEstimators", "Images", "Parallelism", "RandomNumbers", "State",
      ]),
  ],
  cxxLanguageStandard: .cxx17
)

// Only whoever makes the documentation has to fetch the plugin.
if Context.environment["SWIFT_RELAX_DOCC"] != nil {
  package.dependencies.append(
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}

// The tests of some modules alone, and what they need, where building all would take longer than is
// wanted: SWIFT_RELAX_TESTS=Agents,Autodiff.
if let modules = Context.environment["SWIFT_RELAX_TESTS"] {
  let wanted = modules.split(separator: ",").map { "\($0)Tests" }
  var needed: Set<String> = []
  func need(_ name: String) {
    guard needed.insert(name).inserted else { return }
    for dependency in package.targets.first(where: { $0.name == name })?.dependencies ?? [] {
      switch dependency {
      case .targetItem(let name, _), .byNameItem(let name, _): need(name)
      default: break
      }
    }
  }
  wanted.forEach(need)
  package.targets.removeAll { !needed.contains($0.name) }
  let packages = package.targets.flatMap(\.dependencies).compactMap { dependency -> String? in
    if case .productItem(_, let package, _, _) = dependency { package } else { nil }
  }
  package.dependencies.removeAll { dependency in
    guard case .sourceControl(_, let location, _) = dependency.kind else { return false }
    return !packages.contains { location.hasSuffix("/\($0)") }
  }
  package.products.removeAll { product in
    !((product as? Product.Library)?.targets ?? []).allSatisfy(needed.contains)
      || product is Product.Executable
  }
}

#include "CRigidBodies.h"

#include "Continuous.hpp"
#include "Island.hpp"

#include <algorithm>

using namespace rigid;

namespace {

/// What the caller of a step says.
struct StepSettings {
  float duration;
  int32_t velocityIterations;
  int32_t positionIterations;
};

/// What comes before the islands.
void begin(CRigidWorld &world) {
  findContacts(world);
  updateContacts(world);
}

/// What comes after the islands.
void end(CRigidWorld &world, const IslandMarks &marks, const StepSettings &settings) {
  for (int32_t i = world.bodyCount - 1; i >= 0; --i) {
    if (marks.bodies[i]) renewBounds(world.bodies[i]);
  }
  findContacts(world);
  solveImpacts(world, settings.duration, settings.velocityIterations);
  for (int32_t i = 0; i < world.bodyCount; ++i) {
    world.bodies[i].force = {0, 0};
    world.bodies[i].torque = 0;
  }
}

/// The newest body that is awake and in no island yet, or −1.
int32_t nextSeed(const CRigidWorld &world, const IslandMarks &marks) {
  for (int32_t i = world.bodyCount - 1; i >= 0; --i) {
    if (!marks.bodies[i] && world.bodies[i].isAwake) return i;
  }
  return -1;
}

/// Solves the islands of a world that have not been found yet.
void solveIslands(CRigidWorld &world, IslandMarks &marks, const StepSettings &settings) {
  for (int32_t seed; (seed = nextSeed(world, marks)) >= 0;) {
    Island island;
    SolverRows<1> rows;
    findIsland(world, seed, marks, island);
    prepare(world, island, settings.duration, rows);
    solveVelocities(rows, island.shape, settings.velocityIterations);
    finish(world, island, settings.duration, settings.positionIterations, rows);
  }
}

/// A world whose first island is solved beside those of others.
struct Member {
  CRigidWorld *world = nullptr;
  IslandMarks marks;
  Island island;
  SolverRows<1> rows;
  bool hasIsland = false;
};

/// Finds the first island of a world.
void prepareMember(Member &member, CRigidWorld &world, const StepSettings &settings) {
  member.world = &world;
  const int32_t seed = nextSeed(world, member.marks);
  member.hasIsland = seed >= 0;
  if (!member.hasIsland) return;
  findIsland(world, seed, member.marks, member.island);
  prepare(world, member.island, settings.duration, member.rows);
}

/// Whether two islands have the same bodies and joints, so that they can be solved side by side.
bool areAlike(const SolverShape &a, const SolverShape &b) {
  return a.slotCount == b.slotCount && a.jointCount == b.jointCount
      && std::equal(a.firstSlots, a.firstSlots + a.jointCount, b.firstSlots)
      && std::equal(a.secondSlots, a.secondSlots + a.jointCount, b.secondSlots);
}

/// Solves the velocities of islands that are alike, each in a lane of its own.
void solveSideBySide(Member *const *members, int32_t count, int32_t iterations) {
  SolverRows<laneCount> rows;
  SolverShape shape = members[0]->island.shape;
  for (int32_t lane = 1; lane < count; ++lane) {
    shape.contactCount = std::max(shape.contactCount, members[lane]->island.shape.contactCount);
  }
  // Lanes without a member, and contacts that a lane does not have, are all 0.
  std::memset(rows.velocities, 0, sizeof rows.velocities[0] * size_t(shape.slotCount));
  std::memset(rows.joints, 0, sizeof rows.joints[0] * size_t(shape.jointCount));
  std::memset(rows.contacts, 0, sizeof rows.contacts[0] * size_t(shape.contactCount));
  for (int32_t i = 0; i < shape.contactCount; ++i) rows.contacts[i].slot -= 1;
  for (int32_t lane = 0; lane < count; ++lane) {
    const SolverRows<1> &own = members[lane]->rows;
    const SolverShape &ownShape = members[lane]->island.shape;
    for (int32_t i = 0; i < shape.slotCount; ++i) {
      setLane(rows.velocities[i], lane, own.velocities[i]);
    }
    for (int32_t i = 0; i < shape.jointCount; ++i) setLane(rows.joints[i], lane, own.joints[i]);
    for (int32_t i = 0; i < ownShape.contactCount; ++i) {
      setLane(rows.contacts[i], lane, own.contacts[i]);
    }
  }
  solveVelocities(rows, shape, iterations);
  for (int32_t lane = 0; lane < count; ++lane) {
    SolverRows<1> &own = members[lane]->rows;
    const SolverShape &ownShape = members[lane]->island.shape;
    for (int32_t i = 0; i < shape.slotCount; ++i) {
      getLane(rows.velocities[i], lane, own.velocities[i]);
    }
    for (int32_t i = 0; i < shape.jointCount; ++i) getLane(rows.joints[i], lane, own.joints[i]);
    for (int32_t i = 0; i < ownShape.contactCount; ++i) {
      getLane(rows.contacts[i], lane, own.contacts[i]);
    }
  }
}

/// Steps a few worlds whose steps have begun: their first islands side by side as far as they are
/// alike, whatever else there is one by one.
void stepGroup(CRigidWorld *const *worlds, int32_t count, const StepSettings &settings) {
  Member members[laneCount];
  Member *alike[laneCount];
  int32_t alikeCount = 0;
  for (int32_t i = 0; i < count; ++i) {
    Member &member = members[i];
    prepareMember(member, *worlds[i], settings);
    if (!member.hasIsland) continue;
    if (alikeCount == 0 || areAlike(member.island.shape, alike[0]->island.shape)) {
      alike[alikeCount++] = &member;
    } else {
      solveVelocities(member.rows, member.island.shape, settings.velocityIterations);
    }
  }
  if (alikeCount == 1) {
    solveVelocities(alike[0]->rows, alike[0]->island.shape, settings.velocityIterations);
  } else if (alikeCount > 1) {
    solveSideBySide(alike, alikeCount, settings.velocityIterations);
  }
  for (int32_t i = 0; i < count; ++i) {
    Member &member = members[i];
    if (member.hasIsland) {
      finish(
          *member.world, member.island, settings.duration, settings.positionIterations,
          member.rows);
      solveIslands(*member.world, member.marks, settings);
    }
    end(*member.world, member.marks, settings);
  }
}

/// How many contacts of a world touch: what decides how long it takes.
int32_t touchingCount(const CRigidWorld &world) {
  int32_t count = 0;
  for (int32_t i = 0; i < world.contactCount; ++i) count += world.contacts[i].isTouching;
  return count;
}

} // namespace

void crigid_world_step(
    CRigidWorld *world, float duration, int32_t velocityIterations, int32_t positionIterations) {
  const StepSettings settings = {duration, velocityIterations, positionIterations};
  IslandMarks marks;
  begin(*world);
  solveIslands(*world, marks, settings);
  end(*world, marks, settings);
}

void crigid_worlds_step(
    CRigidWorld *_Nonnull const *_Nonnull worlds, int32_t count, float duration,
    int32_t velocityIterations, int32_t positionIterations) {
  const StepSettings settings = {duration, velocityIterations, positionIterations};
  constexpr int32_t batchSize = 16 * laneCount;
  for (int32_t start = 0; start < count; start += batchSize) {
    // A group takes as long as the slowest of its worlds: those with contacts stay together.
    const int32_t size = std::min(batchSize, count - start);
    CRigidWorld *sorted[batchSize];
    int32_t filled = 0;
    for (int32_t i = 0; i < size; ++i) begin(*worlds[start + i]);
    for (int32_t contacts = 0; filled < size; ++contacts) {
      for (int32_t i = 0; i < size; ++i) {
        if (touchingCount(*worlds[start + i]) == contacts) sorted[filled++] = worlds[start + i];
      }
    }
    for (int32_t i = 0; i < size; i += laneCount) {
      stepGroup(sorted + i, std::min(int32_t(laneCount), size - i), settings);
    }
  }
}

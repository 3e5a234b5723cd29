#include "Continuous.hpp"

#include "Box2D.hpp"
#include "Island.hpp"

namespace rigid {

/// What is known of a contact's impact within this step.
struct Impact {
  /// When it happens, from 0 to 1; 1 if it does not.
  float fraction;
  bool isKnown;
  /// How often the contact has been solved.
  int32_t count;
};

/// The part of a body that an impact changes and that is put back if the impact was none.
struct Motion {
  Vector startCenter, center;
  float startAngle, angle, startFraction;

  explicit Motion(const CRigidBody &body)
      : startCenter(body.startCenter), center(body.center), startAngle(body.startAngle),
        angle(body.angle), startFraction(body.startFraction) {}

  void restore(CRigidBody &body) const {
    body.startCenter = startCenter;
    body.center = center;
    body.startAngle = startAngle;
    body.angle = angle;
    body.startFraction = startFraction;
    place(body);
  }
};

/// The corners of a polygon as Box2D's vectors.
struct Corners {
  b2Vec2 points[CRIGID_CORNER_CAPACITY];
  int32_t count;

  explicit Corners(const CRigidPolygon &polygon) : count(polygon.count) {
    for (int32_t i = 0; i < count; ++i) points[i] = box2d(polygon.corners[i]);
  }

  explicit Corners(const CRigidEdge &edge)
      : points{box2d(edge.start), box2d(edge.end)}, count(2) {}
};

/// When a body meets a piece of the ground on its way from `start` on, as a fraction of what is
/// left of the step.
static float timeOfImpact(const Corners &ground, const CRigidBody &body) {
  const Corners corners(body.shape);
  b2TOIInput input;
  input.proxyA.Set(ground.points, ground.count, b2_polygonRadius);
  input.proxyB.Set(corners.points, corners.count, b2_polygonRadius);
  input.sweepA.localCenter.SetZero();
  input.sweepA.c0.SetZero();
  input.sweepA.c.SetZero();
  input.sweepA.a0 = input.sweepA.a = 0;
  input.sweepA.alpha0 = body.startFraction;
  input.sweepB.localCenter = box2d(body.localCenter);
  input.sweepB.c0 = box2d(body.startCenter);
  input.sweepB.c = box2d(body.center);
  input.sweepB.a0 = body.startAngle;
  input.sweepB.a = body.angle;
  input.sweepB.alpha0 = body.startFraction;
  input.tMax = 1;
  b2TOIOutput output;
  b2TimeOfImpact(&output, &input);
  return output.state == b2TOIOutput::e_touching ? output.t : 1;
}

/// The search for impacts in one step of one world.
class ImpactSolver {
public:
  ImpactSolver(CRigidWorld &world, float duration, int32_t iterations)
      : world(world), duration(duration), iterations(iterations) {
    for (int32_t i = 0; i < world.bodyCount; ++i) world.bodies[i].startFraction = 0;
  }

  void run() {
    for (int32_t index = firstImpact(); index >= 0; index = firstImpact()) solve(index);
  }

private:
  CRigidWorld &world;
  const float duration;
  const int32_t iterations;
  /// Those of the contacts that have been looked at, in the same order.
  Impact impacts[CRIGID_CONTACT_CAPACITY];
  int32_t impactCount = 0;
  /// The time that the ground has been moved on to. It does not move, but its time counts. Whether
  /// its pieces are one body or several makes no difference: impacts come in order, and a body that
  /// is looked at again has just been moved on to the latest one.
  float groundFraction = 0;

  /// The contact with the first impact, or −1. The newest one goes first among equals.
  int32_t firstImpact() {
    while (impactCount < world.contactCount) impacts[impactCount++] = {1, false, 0};
    int32_t first = -1;
    float least = 1;
    for (int32_t i = world.contactCount - 1; i >= 0; --i) {
      const CRigidContact &contact = world.contacts[i];
      if (!contact.isEnabled || impacts[i].count > b2_maxSubSteps) continue;
      if (!impacts[i].isKnown) {
        if (!world.bodies[contact.body].isAwake) continue;
        find(contact, impacts[i]);
      }
      if (impacts[i].fraction >= least) continue;
      least = impacts[i].fraction;
      first = i;
    }
    return 1.0f - 10.0f * b2_epsilon < least ? -1 : first;
  }

  void find(const CRigidContact &contact, Impact &impact) {
    CRigidBody &body = world.bodies[contact.body];
    const float start = larger(groundFraction, body.startFraction);
    if (body.startFraction < start) moveStart(body, start);
    groundFraction = start;
    const float time = timeOfImpact(
        isBlock(world, contact.piece) ? Corners(world.blocks[contact.piece].shape)
                                      : Corners(edgeOfPiece(world, contact.piece)),
        body);
    impact.fraction = time < 1 ? smaller(start + (1.0f - start) * time, 1.0f) : 1.0f;
    impact.isKnown = true;
  }

  /// Stops the body of a contact at its impact and lets it go on from there.
  void solve(int32_t index) {
    CRigidContact &contact = world.contacts[index];
    CRigidBody &body = world.bodies[contact.body];
    const float fraction = impacts[index].fraction;
    const Motion motion(body);
    const float groundBefore = groundFraction;
    moveStart(body, fraction);
    body.center = body.startCenter;
    body.angle = body.startAngle;
    place(body);
    groundFraction = fraction;

    update(world, contact);
    impacts[index].isKnown = false;
    impacts[index].count += 1;
    if (!contact.isTouching) {
      contact.isEnabled = false;
      motion.restore(body);
      groundFraction = groundBefore;
      return;
    }
    wake(body);
    goOn(index, (1.0f - fraction) * duration);
    for (int32_t i = 0; i < world.contactCount; ++i) {
      if (world.contacts[i].body == contact.body) impacts[i].isKnown = false;
    }
    findContacts(world);
  }

  /// Solves a body alone, with all its contacts, over the rest of the step.
  void goOn(int32_t index, float rest) {
    CRigidBody &body = world.bodies[world.contacts[index].body];
    int32_t touching[CRIGID_TOUCHING_CAPACITY] = {index}, count = 1;
    for (int32_t i = world.contactCount - 1; i >= 0; --i) {
      CRigidContact &contact = world.contacts[i];
      if (contact.body != world.contacts[index].body || i == index) continue;
      if (count == CRIGID_TOUCHING_CAPACITY) break;
      update(world, contact);
      if (contact.isTouching) touching[count++] = i;
    }

    Position position = {body.center, body.angle};
    for (int iteration = 0; iteration < 20; ++iteration) {
      float least = 0;
      for (int32_t i = 0; i < count; ++i) {
        const float separation =
            correct(world.contacts[touching[i]], body, position, b2_toiBaumgarte);
        least = smaller(least, separation);
      }
      if (least >= -1.5f * b2_linearSlop) break;
    }
    body.startCenter = position.center;
    body.startAngle = position.angle;

    SolverShape shape = {};
    shape.slotCount = 1;
    shape.contactCount = count;
    SolverRows<1> rows;
    rows.velocities[0] = {body.velocity.x, body.velocity.y, body.angularVelocity};
    for (int32_t i = 0; i < count; ++i) {
      prepare(world, world.contacts[touching[i]], position, 0, false, rows.contacts[i]);
    }
    solveVelocities(rows, shape, iterations);

    body.velocity = {rows.velocities[0].x, rows.velocities[0].y};
    body.angularVelocity = rows.velocities[0].angular;
    move(position, body.velocity, body.angularVelocity, rest);
    body.center = position.center;
    body.angle = position.angle;
    place(body);
    renewBounds(body);
  }
};

void solveImpacts(CRigidWorld &world, float duration, int32_t velocityIterations) {
  ImpactSolver(world, duration, velocityIterations).run();
}

} // namespace rigid
